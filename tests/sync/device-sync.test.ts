import * as decoding from 'lib0/decoding';
import * as Y from 'yjs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { encodeRelayFrame, type ClientFrame, type RelayFrame } from '#core/protocol/mux.ts';
import { decodeYMessage } from '#core/protocol/y-message.ts';
import { Presence } from '../../src/lib/sync/presence.ts';
import { until, type Device, type OpenDocument } from './device.ts';
import { Stage } from './stage.ts';

let stage: Stage;
beforeEach(async () => {
	stage = await Stage.set();
});
afterEach(() => stage.strike());

const isAck = ({ kind }: RelayFrame): boolean => kind === 'ack';
const isStep1 = (frame: RelayFrame | ClientFrame): boolean =>
	frame.kind === 'data' && decodeYMessage(frame.payload).type === 'step1';
const states = ({ states: all }: OpenDocument): string[] => all.map(({ state }) => state);

describe('a document on two devices', () => {
	it('2. stock providers converge over one connection each, and both say saved', async () => {
		const room = stage.room();
		const [alice, bob] = [await stage.device('alice'), await stage.device('bob')];
		const [hers, his] = [alice.open(room), bob.open(room)];
		hers.record.set('name', 'Muster GmbH');
		his.record.set('remarks', 'Ulm');
		await until('both have both', () => hers.record.size === 2 && his.record.size === 2);
		await until('both are saved', () => hers.is('saved') && his.is('saved'));
		expect(his.record.toJSON()).toEqual({ name: 'Muster GmbH', remarks: 'Ulm' });
		expect([hers.log.settled, his.log.settled]).toEqual([1, 1]);
		hers.record.delete('remarks');
		await until('the deletion is saved', () => hers.is('saved') && hers.log.settled === 2);
		await until('and seen', () => !his.record.has('remarks'));
	});

	it('25. acknowledgements held back are never shown as saved', async () => {
		const [alice, bob] = [await stage.device('alice', 'proxy'), await stage.device('bob')];
		const room = stage.room();
		stage.proxy.fromRelay = (frame) => (isAck(frame) ? 'hold' : 'pass');
		const [hers, his] = [alice.open(room), bob.open(room)];
		hers.record.set('name', 'Muster GmbH');
		await until('bob sees it', () => his.record.get('name') === 'Muster GmbH');
		await until('her provider believes to be synced', () => hers.sync.heard.current);
		hers.record.set('name', 'Muster AG');
		await until('bob sees that too', () => his.record.get('name') === 'Muster AG');
		expect(states(hers)).not.toContain('saved');
		expect(hers.log.settled).toBe(0);
		expect(hers.sync.state.current).toEqual({ state: 'onDevice', waiting: 2 });
		stage.proxy.release();
		await until('it is saved', () => hers.is('saved'));
		expect(hers.log.settled).toBe(2);
	});

	it('25. nor deletions, which no state vector sees', async () => {
		const alice = await stage.device('alice', 'proxy');
		const hers = alice.open(stage.room());
		hers.record.set('name', 'Muster GmbH');
		await until('it is saved', () => hers.is('saved') && hers.log.settled === 1);
		stage.proxy.fromRelay = (frame) => (isAck(frame) ? 'hold' : 'pass');
		hers.record.delete('name');
		expect(hers.sync.state.current).toEqual({ state: 'saving', waiting: 1 });
		stage.proxy.isDown = true;
		stage.proxy.cut();
		await until('the link is gone', () => hers.is('offline'));
		expect(hers.sync.state.current).toEqual({ state: 'offline', waiting: 1 });
		stage.proxy.isDown = false;
		alice.link.kick();
		await until('it is back', () => hers.is('onDevice'));
		expect(hers.log.settled).toBe(1);
		stage.proxy.release();
		await until('it is saved', () => hers.is('saved'));
		expect(hers.log.settled).toBe(2);
	});

	it('8. live updates sent before the SyncStep1 of the relay count only with the SyncStep2 after it', async () => {
		const [alice, bob] = [await stage.device('alice', 'proxy'), await stage.device('bob')];
		const room = stage.room();
		const hers = alice.open(room);
		hers.record.set('name', 'Muster GmbH');
		await until('it is saved', () => hers.is('saved') && hers.log.settled === 1);
		stage.proxy.isDown = true;
		stage.proxy.cut();
		await until('she is offline', () => hers.is('offline'));
		hers.record.set('number', '10017');
		stage.proxy.isDown = false;
		alice.link.kick();
		stage.proxy.fromRelay = (frame) => (isStep1(frame) || isAck(frame) ? 'hold' : 'pass');
		const connections = opened(stage.proxy.told);
		const asked = stage.proxy.told.filter(isStep1).length;
		await until('the channel is open again', () => opened(stage.proxy.told) > connections);
		await until('the device knows', () => hers.is('onDevice'));
		hers.states.length = 0;
		hers.record.set('remarks', 'gap');
		await until('the relay has found the gap', () => stage.proxy.told.filter(isStep1).length >= asked + 2);
		expect(states(hers)).not.toContain('saved');
		expect(hers.log.settled).toBe(1);
		stage.proxy.release();
		await until('all is saved', () => hers.is('saved') && hers.log.settled === 3);
		const his = bob.open(room);
		await until('bob has all', () => his.record.get('remarks') === 'gap');
		expect(his.record.toJSON()).toEqual({ name: 'Muster GmbH', number: '10017', remarks: 'gap' });
	});

	it('25. a relay that acknowledges more than was sent is not believed', async () => {
		const alice = await stage.device('alice', 'proxy');
		stage.proxy.fromRelay = (frame) => (isAck(frame) ? 'drop' : 'pass');
		const hers = alice.open(stage.room());
		hers.record.set('name', 'Muster GmbH');
		await until('something was dropped', () => stage.proxy.told.some(isAck));
		const channel = stage.proxy.told.find((frame) => frame.kind === 'opened')?.channel ?? 0;
		const reasons = reasonsOf(alice);
		stage.proxy.inject(encodeRelayFrame({ kind: 'ack', channel, count: 99, seq: 1 }));
		await until('the link has ended', () => reasons.length > 0);
		expect(reasons).toEqual(['malformed']);
		expect(states(hers)).not.toContain('saved');
	});
});

describe('a bad line', () => {
	it('2. the relay goes away and comes back: edits of both sides meet, and only then are saved', async () => {
		const room = stage.room();
		const [alice, bob] = [await stage.device('alice'), await stage.device('bob')];
		const [hers, his] = [alice.open(room), bob.open(room)];
		hers.record.set('name', 'Muster GmbH');
		await until('both know', () => his.record.size === 1 && hers.is('saved'));
		await stage.restartRelay(async () => {
			await until('both are offline', () => hers.is('offline') && his.is('offline'));
			hers.record.set('number', '10017');
			his.record.set('remarks', 'Ulm');
			expect(hers.sync.state.current).toEqual({ state: 'offline', waiting: 1 });
		});
		await until('both are saved', () => hers.is('saved') && his.is('saved'));
		await until('both have all', () => hers.record.size === 3 && his.record.size === 3);
		expect([hers.log.settled, his.log.settled]).toEqual([2, 1]);
	});

	it('2. a storm of cuts loses nothing, and leaves one connection', async () => {
		const room = stage.room();
		const [alice, bob] = [await stage.device('alice', 'proxy'), await stage.device('bob')];
		const [hers, his] = [alice.open(room), bob.open(room)];
		for (let cut = 0; cut < 40; cut++) {
			hers.record.set(`k${cut}`, cut);
			const frames = stage.proxy.heard.length;
			await until('the device has said something more', () => stage.proxy.heard.length > frames);
			stage.proxy.cut();
		}
		await until('all is saved', () => hers.is('saved') && hers.log.settled === 40);
		await until('bob has all', () => his.record.size === 40);
		expect(stage.proxy.connections).toBe(1);
	});

	it('2. garbage from the relay ends the link by name; it comes back, and nothing is lost', async () => {
		const alice = await stage.device('alice', 'proxy');
		const hers = alice.open(stage.room());
		await until('she is saved', () => hers.is('saved'));
		const reasons = reasonsOf(alice);
		stage.proxy.inject(new Uint8Array([250, 1, 2, 3]));
		hers.record.set('name', 'Muster GmbH');
		await until('she is saved again', () => hers.is('saved') && hers.log.settled === 1);
		expect(reasons).toEqual(['malformed']);
	});

	it('2. a relay that accepts and says nothing is left alone; the edit waits and is counted', async () => {
		stage.proxy.isMute = true;
		const alice = await stage.device('alice', 'proxy');
		const reasons = reasonsOf(alice);
		const hers = alice.open(stage.room());
		hers.record.set('name', 'Muster GmbH');
		await until('it is called silent', () => reasons.includes('silent'), 20_000);
		expect(states(hers).every((state) => state === 'offline')).toBe(true);
		stage.proxy.isMute = false;
		stage.proxy.cut();
		await until('it is saved after all', () => hers.is('saved') && hers.log.settled === 1, 20_000);
	});
});

describe('many documents in one tab', () => {
	it.each([200, 1_000])('2. %i stock providers share one connection', async (count) => {
		const alice = await stage.device('alice', 'proxy');
		await until('she is online', () => alice.link.current.state === 'online');
		const started = performance.now();
		const documents = Array.from({ length: count }, () => alice.open(stage.room()));
		for (const { record } of documents) record.set('name', 'Muster GmbH');
		await until('all are saved', () => documents.every((one) => one.is('saved')), 30_000);
		console.log(`${count} documents opened and saved in ${Math.round(performance.now() - started)} ms`);
		expect(stage.proxy.connections).toBe(1);
		expect(documents.every(({ log }) => log.settled === 1)).toBe(true);
		for (const { states: all } of documents) all.length = 0;
		stage.proxy.cut();
		await until('all were offline', () => documents.every((one) => states(one).includes('offline')));
		await until('all are back', () => documents.every((one) => one.is('saved')), 30_000);
		expect(stage.proxy.connections).toBe(1);
	});

	it('2. a document of 5 MB does not stand between a keystroke and the wire', async () => {
		const alice = await stage.device('alice', 'proxy');
		const [large, small] = [alice.open(stage.room()), alice.open(stage.room())];
		await until('both are open', () => large.is('saved') && small.is('saved'));
		const from = stage.proxy.heard.length;
		const text = new Y.Text(Array.from({ length: 5 * 1024 * 1024 }, (_, at) => at % 10).join(''));
		large.record.set('remarks', text);
		small.record.set('name', 'k');
		await until('both are saved', () => large.log.settled === 1 && small.log.settled === 1, 30_000);
		const frames = stage.proxy.heard
			.slice(from)
			.filter((frame) => frame.kind === 'data' || frame.kind === 'part');
		const keystroke = frames.findIndex(({ kind, payload }) => kind === 'data' && payload.length < 1_000);
		expect(frames.length).toBeGreaterThan(150);
		expect(keystroke).toBeGreaterThanOrEqual(0);
		expect(keystroke).toBeLessThanOrEqual(4);
	});

	it('2. the same document may be closed and opened again at once', async () => {
		const room = stage.room();
		const alice = await stage.device('alice', 'proxy');
		const first = alice.open(room);
		first.record.set('name', 'Muster GmbH');
		await until('it is saved', () => first.is('saved'));
		first.sync.close();
		const second = alice.open(room);
		const third = alice.open(room);
		await until('it is open again', () => second.record.get('name') === 'Muster GmbH' && second.is('saved'));
		expect(third.is('onDevice')).toBe(true);
		second.sync.close();
		await until('the next one has its turn', () => third.record.get('name') === 'Muster GmbH');
		const order = stage.proxy.heard
			.map(({ kind }) => kind)
			.filter((kind) => kind === 'open' || kind === 'close');
		expect(order).toEqual(['open', 'close', 'open', 'close', 'open']);
	});
});

describe('tabs of one device', () => {
	it('23. share edits without the relay, within one generation of one member alone', async () => {
		stage.proxy.isDown = true;
		const room = stage.room();
		const [alice, bob] = [await stage.device('alice', 'proxy'), await stage.device('bob', 'proxy')];
		const [first, second] = [alice.open(room, { bc: true }), alice.open(room, { bc: true })];
		const rebuilt = alice.open(room, { bc: true, generation: 2 });
		const his = bob.open(room, { bc: true });
		const alone = alice.open(room, { bc: false });
		first.record.set('name', 'Muster GmbH');
		await until('the other tab has it', () => second.record.get('name') === 'Muster GmbH');
		expect([rebuilt, his, alone].map(({ record }) => record.size)).toEqual([0, 0, 0]);
		expect([first.log.last, second.log.last]).toEqual([1, 0]);
	});

	it("23. what came from another tab is not this tab's to save", async () => {
		const room = stage.room();
		const [first, second] = [await stage.device('alice', 'proxy'), await stage.device('alice')];
		const [here, there] = [first.open(room, { bc: true }), second.open(room, { bc: true })];
		await until('both are open', () => here.is('saved') && there.is('saved'));
		const from = stage.proxy.heard.length;
		there.record.set('name', 'Muster GmbH');
		await until('it is here', () => here.record.get('name') === 'Muster GmbH');
		await until('and saved there', () => there.log.settled === 1);
		const writes = stage.proxy.heard
			.slice(from)
			.filter((frame) => frame.kind === 'data' && decodeYMessage(frame.payload).type === 'update');
		expect(writes).toEqual([]);
	});
});

describe('who is here', () => {
	it('16. names come from the relay alone, and go with their owner', async () => {
		const room = stage.room();
		const [alice, bob] = [await stage.device('alice'), await stage.device('bob')];
		const [hers, his] = [alice.open(room), bob.open(room)];
		const presence = { hers: new Presence(hers.sync), his: new Presence(his.sync) };
		presence.hers.set('name', 'Bob');
		presence.hers.set('at', 'record/name');
		presence.his.set('at', 'entries');
		const names = (): string[] => presence.his.people.current.map(({ name }) => name).sort();
		await until('bob sees both', () => names().length === 2);
		expect(names()).toEqual(['alice', 'bob']);
		await until('he sees where she is', () =>
			presence.his.people.current.some(({ isMe, state }) => !isMe && state.at === 'record/name')
		);
		hers.sync.close();
		await until('she is gone', () => names().length === 1);
		presence.hers.close();
		presence.his.close();
	});

	it('16. a provider that repeats what it hears is not let to', async () => {
		const room = stage.room();
		const [alice, bob] = [await stage.device('alice', 'proxy'), await stage.device('bob')];
		const [hers, his] = [alice.open(room), bob.open(room)];
		const presence = { hers: new Presence(hers.sync), his: new Presence(his.sync) };
		presence.hers.set('at', 'a');
		for (let change = 0; change < 5; change++) {
			presence.his.set('at', change);
			await until('alice sees bob', () =>
				presence.hers.people.current.some(({ isMe, state }) => !isMe && state.at === change)
			);
		}
		await until('alice has spoken', () => spoken(stage.proxy.heard).length > 0);
		expect(new Set(spoken(stage.proxy.heard))).toEqual(new Set([hers.doc.clientID]));
	});
});

describe('refusals', () => {
	it('14. a client id that is taken is exchanged when nothing was written under it', async () => {
		const alice = await stage.device('alice', 'proxy');
		stage.proxy.fromDevice = (frame) => (frame.kind === 'open' ? 'drop' : 'pass');
		const hers = alice.open(stage.room());
		const asked = (): (ClientFrame & { kind: 'open' })[] =>
			stage.proxy.heard.filter((frame) => frame.kind === 'open');
		await until('she has asked', () => asked().length === 1);
		const [first] = asked();
		stage.proxy.fromDevice = () => 'pass';
		stage.proxy.inject(
			encodeRelayFrame({ kind: 'openRefused', request: first?.request ?? 0, reason: 'clientIdTaken' })
		);
		await until('she has asked again', () => asked().length === 2);
		hers.record.set('name', 'Muster GmbH');
		await until('it is saved under another id', () => hers.is('saved') && hers.log.settled === 1);
		expect(asked()).toHaveLength(2);
		expect(asked()[1]?.client).not.toBe(first?.client);
		expect(hers.log.refusals).toEqual([]);
	});

	it('19. refused edits are named, not saved, and not sent again until somebody decides', async () => {
		const alice = await stage.device('alice', 'proxy');
		const hers = alice.open(stage.room());
		await until('it is open', () => hers.is('saved'));
		stage.proxy.fromRelay = (frame) => (isAck(frame) ? 'drop' : 'pass');
		hers.record.set('name', 'Muster GmbH');
		const channel = stage.proxy.told.find((frame) => frame.kind === 'opened')?.channel ?? 0;
		stage.proxy.inject(encodeRelayFrame({ kind: 'refused', channel, count: 2, reason: 'forbiddenContent' }));
		stage.proxy.inject(encodeRelayFrame({ kind: 'closed', channel, reason: 'forbiddenContent' }));
		await until('it is refused', () => hers.is('refused'));
		expect(hers.sync.state.current).toEqual({ state: 'refused', reason: 'forbiddenContent', waiting: 1 });
		expect(hers.log.refusals).toEqual(['forbiddenContent']);
		stage.proxy.release();
		hers.record.set('number', '10017');
		alice.link.kick();
		expect(hers.is('refused')).toBe(true);
		hers.sync.retry();
		await until('it is saved after all', () => hers.is('saved'));
		expect(hers.log.settled).toBe(2);
	});

	it('25. a full disk of the relay is tried again by itself, and not called saved meanwhile', async () => {
		const alice = await stage.device('alice', 'proxy');
		const hers = alice.open(stage.room());
		await until('it is open', () => hers.is('saved'));
		stage.proxy.fromRelay = (frame) => (isAck(frame) ? 'drop' : 'pass');
		hers.record.set('name', 'Muster GmbH');
		const channel = stage.proxy.told.find((frame) => frame.kind === 'opened')?.channel ?? 0;
		hers.states.length = 0;
		stage.proxy.inject(encodeRelayFrame({ kind: 'refused', channel, count: 2, reason: 'diskFull' }));
		await until('it is told', () => hers.is('refused'));
		expect(hers.log.refusals).toEqual([]);
		stage.proxy.release();
		await until('it is saved after all', () => hers.is('saved'));
		expect(states(hers)).toEqual(['refused', 'saved']);
		expect(hers.log.settled).toBe(1);
	});

	it('14. Yjs takes another client id by itself: presence and claim follow', async () => {
		const alice = await stage.device('alice', 'proxy');
		const hers = alice.open(stage.room());
		hers.sync.awareness.setLocalState({ at: 'record' });
		await until('it is open', () => hers.is('saved'));
		const before = hers.doc.clientID;
		const twin = new Y.Doc();
		twin.clientID = before;
		twin.getMap('record').set('name', 'Twin');
		Y.applyUpdate(hers.doc, Y.encodeStateAsUpdate(twin), 'elsewhere');
		expect(hers.doc.clientID).not.toBe(before);
		expect(hers.sync.awareness.getLocalState()).toEqual({ at: 'record' });
		hers.record.set('number', '10017');
		await until('it is saved', () => hers.is('saved') && hers.log.settled === 2);
		const claims = stage.proxy.heard.filter((frame) => frame.kind === 'open').map(({ client }) => client);
		expect(claims).toEqual([before, hers.doc.clientID]);
	});
});

const opened = (frames: RelayFrame[]): number => frames.filter(({ kind }) => kind === 'opened').length;

/** Why the device loses its link, from now on. */
function reasonsOf({ link }: Device): string[] {
	const reasons: string[] = [];
	link.observe(() => {
		if (link.current.state === 'offline') reasons.push(link.current.reason);
	});
	return reasons;
}

/** Client ids in the presence that devices said. */
function spoken(frames: ClientFrame[]): number[] {
	return frames.flatMap((frame) => {
		if (frame.kind !== 'data') return [];
		const message = decodeYMessage(frame.payload);
		return message.type === 'awareness' ? [...clientsOf(message.update)] : [];
	});
}

function clientsOf(update: Uint8Array): number[] {
	const decoder = decoding.createDecoder(update);
	return Array.from({ length: decoding.readVarUint(decoder) }, () => {
		const client = decoding.readVarUint(decoder);
		decoding.readVarUint(decoder);
		decoding.readVarString(decoder);
		return client;
	});
}
