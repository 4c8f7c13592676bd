import * as encoding from 'lib0/encoding';
import * as Y from 'yjs';
import type { RoomName } from '#core/model/id.ts';
import { encodeClientFrame, type ClientFrame } from '#core/protocol/mux.ts';
import { encodeYMessage } from '#core/protocol/y-message.ts';

/** A reproducible source of chance. */
export class Chance {
	#state: number;

	constructor(seed: number) {
		this.#state = seed >>> 0;
	}

	/** From 0 up to, not including, 1 (mulberry32). */
	next(): number {
		this.#state = (this.#state + 0x6d2b79f5) >>> 0;
		let t = this.#state;
		t = Math.imul(t ^ (t >>> 15), t | 1);
		t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
		return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
	}

	below(limit: number): number {
		return Math.floor(this.next() * limit);
	}

	pick<T>(from: readonly T[]): T {
		const picked = from[this.below(from.length)];
		if (picked === undefined) throw new Error('nothing to pick from');
		return picked;
	}

	bytes(length: number): Uint8Array {
		return Uint8Array.from({ length }, () => this.below(256));
	}
}

/** What the hostile peer knows of the room that it is in; `victim` is a client that has written one struct there. */
export type Scene = {
	room: RoomName;
	foreignRoom: RoomName;
	channel: number;
	client: number;
	victim: number;
};

const varUints = (...numbers: number[]): Uint8Array => {
	const e = encoding.createEncoder();
	for (const number of numbers) encoding.writeVarUint(e, number);
	return encoding.toUint8Array(e);
};

const concat = (...parts: Uint8Array[]): Uint8Array => Uint8Array.from(parts.flatMap((part) => [...part]));

/** An update by `client` whose document does `write`. */
function updateBy(client: number, write: (doc: Y.Doc) => void): Uint8Array {
	const doc = new Y.Doc();
	doc.clientID = client;
	write(doc);
	return Y.encodeStateAsUpdate(doc);
}

const nested = (depth: number): Y.Map<unknown> => {
	const map = new Y.Map<unknown>();
	let at = map;
	for (let level = 0; level < depth; level++) {
		const child = new Y.Map<unknown>();
		at.set('child', child);
		at = child;
	}
	return map;
};

/** Updates that no honest document makes, by what is wrong with them (rule 9), and some that are merely odd. */
const UPDATES: Record<string, (chance: Chance, scene: Scene) => Uint8Array> = {
	nothing: () => new Uint8Array([0, 0]),
	honest: (chance, { client }) =>
		updateBy(client + 1 + chance.below(1_000), (doc) => doc.getMap('record').set('remarks', chance.next())),
	gap: (chance, { client }) => {
		const doc = new Y.Doc();
		doc.clientID = client;
		doc.getMap('record').set('a', 1);
		const before = Y.encodeStateVector(doc);
		doc.getMap('record').set('a', chance.next());
		return Y.encodeStateAsUpdate(doc, before);
	},
	// One client, one GC struct of enormous length, no deletes.
	giantGc: (chance, { client }) =>
		concat(
			varUints(1, 1, client, 0),
			new Uint8Array([0]),
			varUints(2 ** (20 + chance.below(31))),
			varUints(0)
		),
	// The next struct of somebody who has written one.
	foreignClient: (_chance, { victim }) => {
		const doc = new Y.Doc();
		doc.clientID = victim;
		doc.getMap('record').set('number', 'mine');
		const before = Y.encodeStateVector(doc);
		doc.getMap('record').set('number', 'stolen');
		return Y.encodeStateAsUpdate(doc, before);
	},
	// Its first struct once more, with other content: the log holds one under that clock and keeps it.
	forgedClock: (_chance, { victim }) =>
		updateBy(victim, (doc) => doc.getMap('record').set('number', 'forged')),
	deleteOfUnknown: (chance) => varUints(0, 1, chance.below(2 ** 32), 1, 0, 1 + chance.below(2 ** 30)),
	deleteOfVictim: (chance, { victim }) =>
		varUints(0, 1, victim, 1, chance.below(5), 1 + chance.below(2 ** 20)),
	unknownRoot: (_chance, { client }) => updateBy(client, (doc) => doc.getMap('__proto__').set('polluted', 1)),
	rootOfAnotherType: (_chance, { client }) => updateBy(client, (doc) => doc.getArray('record').push([1])),
	text: (_chance, { client }) => updateBy(client, (doc) => doc.getText('record').insert(0, 'text')),
	deep: (chance, { client }) =>
		updateBy(client, (doc) => doc.getMap('entries').set('e', nested(40 + chance.below(200)))),
	protoKey: (_chance, { client }) =>
		updateBy(client, (doc) => doc.getMap('record').set('__proto__', { polluted: true })),
	subdocument: (_chance, { client }) =>
		updateBy(client, (doc) => doc.getMap('record').set('doc', new Y.Doc())),
	random: (chance) => chance.bytes(chance.below(200)),
	manyClients: (chance) =>
		varUints(chance.below(2 ** 30), ...Array.from({ length: 20 }, () => chance.below(2 ** 30)))
};
const UPDATE_NAMES = Object.keys(UPDATES);

const PAYLOADS: Record<string, (chance: Chance, scene: Scene) => Uint8Array> = {
	update: (chance, scene) => encodeYMessage({ type: 'update', update: anyUpdate(chance, scene) }),
	step2: (chance, scene) => encodeYMessage({ type: 'step2', update: anyUpdate(chance, scene) }),
	step1: () => encodeYMessage({ type: 'step1', stateVector: new Uint8Array([0]) }),
	badStep1: (chance) => encodeYMessage({ type: 'step1', stateVector: chance.bytes(chance.below(40)) }),
	awareness: (chance, { client, victim }) => {
		const state = chance.pick([
			'{}',
			'null',
			'{"a":1}',
			'[',
			'"x"',
			`{"x":"${'y'.repeat(chance.below(20_000))}"}`
		]);
		const e = encoding.createEncoder();
		encoding.writeVarUint(e, 1);
		encoding.writeVarUint(e, chance.pick([client, victim, 7]));
		encoding.writeVarUint(e, chance.below(2 ** 31));
		encoding.writeVarString(e, state);
		return encodeYMessage({ type: 'awareness', update: encoding.toUint8Array(e) });
	},
	badAwareness: (chance) => encodeYMessage({ type: 'awareness', update: chance.bytes(chance.below(60)) }),
	queryAwareness: () => encodeYMessage({ type: 'queryAwareness' }),
	unknownType: (chance) => varUints(4 + chance.below(200), chance.below(100)),
	auth: () => varUints(2, 0, 0),
	empty: () => new Uint8Array(0),
	trailing: () => concat(encodeYMessage({ type: 'queryAwareness' }), new Uint8Array([1]))
};

function anyUpdate(chance: Chance, scene: Scene): Uint8Array {
	const make = UPDATES[chance.pick(UPDATE_NAMES)];
	if (!make) throw new Error('no such update');
	return mutate(chance, make(chance, scene));
}

/** One time in four, bytes are changed, cut off or added. */
function mutate(chance: Chance, bytes: Uint8Array): Uint8Array {
	if (chance.next() > 0.25 || bytes.length === 0) return bytes;
	const copy = bytes.slice();
	switch (chance.below(3)) {
		case 0:
			copy[chance.below(copy.length)] = chance.below(256);
			return copy;
		case 1:
			return copy.subarray(0, chance.below(copy.length));
		default:
			return concat(copy, chance.bytes(1 + chance.below(8)));
	}
}

/**
 * `count` frames: half the times honest ones around a single poison, so that it meets a channel in good order and is
 * judged for itself; else anything, well or badly made.
 */
export function anyBurst(chance: Chance, scene: Scene, count: number): Uint8Array[] {
	if (chance.next() < 0.5) return Array.from({ length: count }, () => anyFrame(chance, scene));
	const poisoned = chance.below(count);
	return Array.from({ length: count }, (_, at) =>
		encodeClientFrame({
			kind: 'data',
			channel: scene.channel,
			payload: at === poisoned ? poison(chance, scene) : honest(chance, scene)
		})
	);
}

const poison = (chance: Chance, scene: Scene): Uint8Array => {
	const make = UPDATES[chance.pick(UPDATE_NAMES)];
	if (!make) throw new Error('no such update');
	return encodeYMessage({ type: chance.pick(['update', 'step2']), update: make(chance, scene) });
};

const honest = (chance: Chance, { client }: Scene): Uint8Array => {
	switch (chance.below(3)) {
		case 0:
			return encodeYMessage({ type: 'step1', stateVector: new Uint8Array([0]) });
		case 1:
			return encodeYMessage({ type: 'queryAwareness' });
		default: {
			const update = updateBy(client + 1 + chance.below(2 ** 20), (doc) =>
				doc.getMap('record').set('remarks', chance.next())
			);
			return encodeYMessage({ type: 'update', update });
		}
	}
};

/** A client frame of any kind, well or badly made. */
function anyFrame(chance: Chance, scene: Scene): Uint8Array {
	const channel = chance.next() < 0.97 ? scene.channel : chance.below(2 ** 31);
	const payload = (): Uint8Array => {
		const make = PAYLOADS[chance.pick(Object.keys(PAYLOADS))];
		if (!make) throw new Error('no such payload');
		return mutate(chance, make(chance, scene));
	};
	const frames: Record<ClientFrame['kind'], () => ClientFrame> = {
		open: () => ({
			kind: 'open',
			request: chance.below(1_000),
			room: chance.pick([scene.room, scene.foreignRoom, '' as RoomName, `${scene.room}/../x` as RoomName]),
			client: chance.pick([scene.client, scene.victim, chance.below(2 ** 32), 2 ** 40])
		}),
		data: () => ({ kind: 'data', channel, payload: payload() }),
		part: () => ({ kind: 'part', channel, payload: chance.bytes(chance.below(200)) }),
		close: () => ({ kind: 'close', channel }),
		follow: () => ({ kind: 'follow' }),
		ping: () => ({ kind: 'ping', nonce: chance.below(2 ** 31) })
	};
	const kind = chance.pick<ClientFrame['kind']>([
		'data',
		'data',
		'data',
		'data',
		'open',
		'part',
		'close',
		'follow',
		'ping'
	]);
	const bytes = encodeClientFrame(frames[kind]());
	return chance.next() < 0.02 ? mutate(chance, bytes) : bytes;
}

/** A stock message, well or badly made. */
export const anyPayload = (chance: Chance, scene: Scene): Uint8Array => {
	const make = PAYLOADS[chance.pick(Object.keys(PAYLOADS))];
	if (!make) throw new Error('no such payload');
	return mutate(chance, make(chance, scene));
};
