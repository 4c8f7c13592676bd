import { expect, it, onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import * as Y from 'yjs';
import { newId, type PartyId, type WorkspaceId } from '#core/model/id.ts';
import { decodeRelayFrames, encodeClientFrame, type RelayFrame } from '#core/protocol/mux.ts';
import { REFUSALS, type RefusalReason } from '#core/protocol/refusal.ts';
import { partyRoom } from '#core/protocol/room.ts';
import { MUX_SUBPROTOCOL, SYNC_PATH } from '#core/protocol/version.ts';
import { eventually } from './eventually.ts';
import { MuxPeer, type PeerChannel } from './mux-peer.ts';
import { anyBurst, anyPayload, Chance, type Scene } from './poison.ts';
import { startRelay, type Account, type TestRelay } from './relay.ts';

const FRAMES = Number(process.env.FUZZ_FRAMES ?? 20_000);
const SEED = Number(process.env.FUZZ_SEED ?? 20_261_123);
/** Frames between two looks at whether the relay still answers. */
const BURST = 20;

/** A hostile peer's end: what the relay told it, and how often. */
type Record_ = Map<string, number>;
const note = (record: Record_, what: string): void => {
	record.set(what, (record.get(what) ?? 0) + 1);
};

/** A raw socket that is opened anew whenever the relay ends it. */
class Mallory {
	readonly ends: Record_ = new Map();
	readonly refusals: Record_ = new Map();
	#socket: WebSocket | undefined;
	#heard: RelayFrame[] = [];
	#isClosed = true;
	#nonce = 0;

	async connect(relay: TestRelay, account: Account): Promise<void> {
		const socket = new WebSocket(`${relay.url.replace('http', 'ws')}${SYNC_PATH}`, MUX_SUBPROTOCOL, {
			headers: account.headers
		});
		this.#socket = socket;
		this.#isClosed = false;
		this.#heard = [];
		socket.on('error', () => undefined);
		socket.on('close', (code, reason) => {
			this.#isClosed = true;
			note(this.ends, `${code} ${reason.toString()}`);
		});
		socket.on('message', (data: Buffer) => {
			for (const frame of decodeRelayFrames(data)) {
				if (frame.kind === 'refused' || frame.kind === 'openRefused') note(this.refusals, frame.reason);
				if (frame.kind === 'closed') note(this.refusals, `closed ${frame.reason}`);
				if (frame.kind === 'opened') this.#heard.push(frame);
			}
		});
		await eventually(() => socket.readyState !== WebSocket.CONNECTING, 'a connection');
	}

	get isClosed(): boolean {
		return this.#isClosed;
	}

	/** Opens the room with a client id of its own; the channel number, or undefined when the connection ended. */
	async open(scene: Scene): Promise<number | undefined> {
		const request = 1_000_000 + ++this.#nonce;
		this.send(encodeClientFrame({ kind: 'open', request, room: scene.room, client: scene.client }));
		const opened = () => this.#heard.find((frame) => frame.kind === 'opened' && frame.request === request);
		await eventually(() => this.#isClosed || opened() !== undefined, 'a channel');
		const frame = opened();
		return frame?.kind === 'opened' ? frame.channel : undefined;
	}

	send(bytes: Uint8Array | string): void {
		if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(bytes);
	}

	/** Waits until everything sent has been judged, or the connection has ended. */
	async settle(scene: Scene): Promise<void> {
		// Opening claims a client id in the thread that judges the writes, after all of them.
		const channel = await this.open(scene);
		if (channel !== undefined) this.send(encodeClientFrame({ kind: 'close', channel }));
		this.#heard = [];
	}

	close(): void {
		this.#socket?.terminate();
	}
}

const reasons = new Set<string>(Object.keys(REFUSALS));
const namedEnd = (end: string): boolean => {
	const [code = '', reason = ''] = end.split(' ');
	return reasons.has(reason) && String(REFUSALS[reason as RefusalReason].code) === code;
};

/** Two people who go on working, each sure that everything is saved. */
async function work(channels: readonly PeerChannel[], until: () => boolean): Promise<number> {
	let edits = 0;
	while (!until()) {
		for (const channel of channels) {
			channel.doc.getMap('record').set('name', `Muster ${++edits}`);
			await channel.saved();
		}
	}
	return edits;
}

it(`9. ${FRAMES} hostile frames (seed ${SEED}) harm nobody else, and each offence has a name`, async () => {
	const relay = await startRelay();
	const room = relay.newRoom();
	const alice = await MuxPeer.connect(relay.url, (await relay.signIn('Alice')).headers);
	const bob = await MuxPeer.connect(relay.url, (await relay.signIn('Bob')).headers);
	const [atAlice, atBob] = [await alice.open(room), await bob.open(room)];
	const dave = await MuxPeer.connect(relay.url, (await relay.signIn('Dave')).headers);
	const atDave = await dave.open(room);
	await Promise.all([atAlice.saved(), atBob.saved(), atDave.saved()]);
	atDave.doc.getMap('record').set('number', 'mine');
	await atDave.saved();
	let isOver = false;
	const honest = work([atAlice, atBob], () => isOver);

	const account = await relay.signIn('Mallory');
	const mallory = new Mallory();
	onTestFinished(() => mallory.close());
	const chance = new Chance(SEED);
	const before = process.memoryUsage().rss;
	let scene: Scene | undefined;
	for (let sent = 0; sent < FRAMES; sent += BURST) {
		if (mallory.isClosed) await mallory.connect(relay, account);
		scene = {
			room: chance.next() < 0.5 ? room : relay.newRoom(),
			foreignRoom: partyRoom(newId<WorkspaceId>(), newId<PartyId>()),
			channel: 0,
			client: chance.below(2 ** 31),
			victim: atDave.doc.clientID
		};
		const channel = await mallory.open(scene);
		if (channel === undefined) continue;
		scene.channel = channel;
		for (const frame of anyBurst(chance, scene, BURST)) mallory.send(frame);
		if (chance.next() < 0.01) mallory.send('text');
		if (chance.next() < 0.01) mallory.send(new Uint8Array(1_100_000));
		await mallory.settle({ ...scene, room: relay.newRoom() });
		mallory.send(encodeClientFrame({ kind: 'close', channel }));
	}
	isOver = true;
	const edits = await honest;

	expect([alice.closed, bob.closed, atAlice.ended, atBob.ended]).toEqual([
		undefined,
		undefined,
		undefined,
		undefined
	]);
	expect(edits).toBeGreaterThan(20);
	await eventually(
		() =>
			JSON.stringify(atAlice.doc.toJSON()) === JSON.stringify(atBob.doc.toJSON()) &&
			Buffer.compare(Y.encodeStateVector(atAlice.doc), Y.encodeStateVector(atBob.doc)) === 0,
		'the same document at Alice and Bob'
	);
	const fresh = await (await MuxPeer.connect(relay.url, (await relay.signIn('Carol')).headers)).open(room);
	await fresh.saved();
	for (const { doc } of [atAlice, atBob, fresh]) {
		expect(doc.store.pendingStructs).toBeNull();
		expect(doc.store.pendingDs).toBeNull();
		expect(doc.getMap('record').get('name')).toBe(`Muster ${edits}`);
		expect(doc.getMap('record').get('number')).toBe('mine');
	}
	expect([...mallory.ends.keys()].filter((end) => !namedEnd(end))).toEqual([]);
	const refusals = [...mallory.refusals.keys()].join();
	for (const reason of [
		'foreignClient',
		'clockJump',
		'unknownRoot',
		'malformed',
		'clientIdTaken',
		'unknownRoom'
	])
		expect(refusals).toContain(reason);
	expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
	expect(process.memoryUsage().rss - before).toBeLessThan(600 * 1024 * 1024);
	const health = await fetch(`${relay.url}/api/health`);
	expect(health.status).toBe(200);
	console.log(
		`seed ${SEED}: ${edits} honest edits;`,
		Object.fromEntries(mallory.ends),
		Object.fromEntries(mallory.refusals)
	);
}, 600_000);

it('9. hostile stock clients are closed by name, one by one', async () => {
	const relay = await startRelay();
	const room = relay.newRoom();
	const alice = await MuxPeer.connect(relay.url, (await relay.signIn('Alice')).headers);
	const atAlice = await alice.open(room);
	await atAlice.saved();
	let isOver = false;
	const honest = work([atAlice], () => isOver);
	const chance = new Chance(SEED);
	const ends: Record_ = new Map();
	for (let client = 0; client < Math.min(300, FRAMES / 50); client++) {
		const socket = new WebSocket(
			`${relay.url.replace('http', 'ws')}${SYNC_PATH}/${room}?token=${relay.token}`
		);
		socket.on('error', () => undefined);
		let end: string | undefined;
		socket.on('close', (code, reason) => (end = `${code} ${reason.toString()}`));
		await eventually(() => socket.readyState !== WebSocket.CONNECTING, 'a connection');
		const scene = {
			room,
			foreignRoom: room,
			channel: 0,
			client: chance.below(2 ** 31),
			victim: atAlice.doc.clientID
		};
		for (let message = 0; message < 30; message++) socket.send(anyPayload(chance, scene));
		socket.send('text');
		await eventually(() => end !== undefined, 'an end');
		note(ends, end ?? '');
	}
	isOver = true;
	await honest;
	expect([...ends.keys()].filter((end) => !namedEnd(end))).toEqual([]);
	expect([alice.closed, atAlice.ended]).toEqual([undefined, undefined]);
	await eventually(() => relay.census().connections === 1, 'all hostile sockets gone');
}, 300_000);
