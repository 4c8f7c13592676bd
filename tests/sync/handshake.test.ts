import { expect, it } from 'vitest';
import * as Y from 'yjs';
import { MAX_CHANNELS, PART_BYTES } from '#core/protocol/limits.ts';
import { encodeClientFrame } from '#core/protocol/mux.ts';
import { encodeYMessage } from '#core/protocol/y-message.ts';
import { eventually } from './eventually.ts';
import { MuxPeer } from './mux-peer.ts';
import { signIn, startRelay, type TestRelay } from './relay.ts';

/** The updates of a document that writes `count` values, one by one. */
function updatesOf(count: number, doc = new Y.Doc()): Uint8Array[] {
	const updates: Uint8Array[] = [];
	doc.on('update', (update: Uint8Array) => updates.push(update));
	for (let n = 0; n < count; n++) doc.getMap('record').set('remarks', String(n));
	return updates;
}

const connect = async (relay: TestRelay, name: string): Promise<MuxPeer> =>
	MuxPeer.connect(relay.url, (await relay.signIn(name)).headers);

it('5. nobody is told "synced" before the content is there', async () => {
	const relay = await startRelay();
	const room = relay.newRoom();
	const alice = await connect(relay, 'Alice');
	const written = new Y.Doc();
	written.getMap('record').set('name', 'Muster GmbH');
	await (await alice.open(room, written)).saved();
	const bob = await connect(relay, 'Bob');
	const atBob = await bob.open(room);
	await eventually(() => atBob.heard.some(({ type }) => type === 'step2'), 'the content');
	expect(atBob.doc.getMap('record').get('name')).toBe('Muster GmbH');
	expect(atBob.heard.map(({ type }) => type)).toEqual(['step2', 'step1']);
});

it('5. a large document arrives whole before its SyncStep2, in parts', async () => {
	const relay = await startRelay();
	const room = relay.newRoom();
	const alice = await connect(relay, 'Alice');
	const atAlice = await alice.open(room);
	for (let n = 0; n < 40; n++) atAlice.doc.getMap('record').set(`remarks${n}`, 'x'.repeat(20_000));
	await atAlice.saved();
	const bob = await connect(relay, 'Bob');
	const atBob = await bob.open(room);
	await atBob.saved();
	expect(atBob.doc.getMap('record').toJSON()).toEqual(atAlice.doc.getMap('record').toJSON());
	const types = atBob.heard.map(({ type }) => type);
	expect(types.indexOf('step2')).toBe(types.lastIndexOf('update') + 1);
	expect(Math.max(...bob.messages)).toBeLessThan(4 * PART_BYTES);
});

it('8. a clock gap is answered with SyncStep1, not refused, and nothing counts until it is closed', async () => {
	const relay = await startRelay();
	const alice = await connect(relay, 'Alice');
	// A provider sends live updates before it has seen the relay's SyncStep1: the first ones are missing.
	const doc = new Y.Doc();
	const late = updatesOf(16, doc).slice(3);
	const room = relay.newRoom();
	const channel = await alice.open(room, doc);
	for (const update of late) channel.say({ type: 'update', update });
	await channel.saved();
	const asked = channel.heard.filter(({ type }) => type === 'step1').length;
	expect([1, 2]).toContain(asked);
	const acks = alice.heard.filter((frame) => frame.kind === 'ack');
	expect(acks.every(({ count }) => count >= late.length)).toBe(true);
	const bob = await connect(relay, 'Bob');
	const atBob = await bob.open(room);
	await atBob.saved();
	expect(atBob.doc.getMap('record').get('remarks')).toBe('15');
});

it('8. a gap that the answer still has is refused by name, and nothing of it stays', async () => {
	const relay = await startRelay();
	const room = relay.newRoom();
	const alice = await connect(relay, 'Alice');
	const channel = await alice.open(room, new Y.Doc());
	await channel.saved();
	const [, second] = updatesOf(2);
	if (!second) throw new Error('no update');
	channel.answers = false;
	channel.say({ type: 'update', update: second });
	await eventually(() => channel.heard.filter(({ type }) => type === 'step1').length === 2, 'the question');
	channel.say({ type: 'step2', update: second });
	await eventually(() => channel.ended !== undefined, 'the end of the channel');
	expect(channel.ended).toBe('gapRemains');
	expect(alice.heard.find((frame) => frame.kind === 'refused')).toMatchObject({ reason: 'gapRemains' });
	expect(alice.closed).toBeUndefined();
	const again = await alice.open(room, new Y.Doc());
	await again.saved();
	expect(again.doc.store.clients.size).toBe(0);
});

it('4. an acknowledgement names what is durable: a restart brings back all of it', async () => {
	const first = await startRelay();
	const room = first.newRoom();
	const alice = await connect(first, 'Alice');
	const atAlice = await alice.open(room);
	for (let n = 0; n < 50; n++) atAlice.doc.getMap('record').set('remarks', String(n));
	const seq = await atAlice.saved();
	await first.close();
	expect(await alice.end()).toEqual({ code: 1012, reason: 'shuttingDown' });
	const second = await startRelay({ dataDir: first.dataDir });
	expect(second.workspace).toBe(first.workspace);
	expect(second.position().seq).toBeGreaterThanOrEqual(seq);
	expect(second.position().incarnation).not.toBe(first.position().incarnation);
	const bob = await connect(second, 'Bob');
	const atBob = await bob.open(room);
	await atBob.saved();
	expect(atBob.doc.getMap('record').get('remarks')).toBe('49');
});

it('14. a client id belongs to whoever opened with it first', async () => {
	const relay = await startRelay();
	const room = relay.newRoom();
	const alice = await connect(relay, 'Alice');
	const bob = await connect(relay, 'Bob');
	const doc = new Y.Doc();
	await alice.open(room, doc);
	const thief = new Y.Doc();
	thief.clientID = doc.clientID;
	await expect(bob.open(room, thief)).rejects.toThrow('clientIdTaken');
});

it('2. a room that is closed and opened again begins anew, its counts too', async () => {
	const relay = await startRelay();
	const room = relay.newRoom();
	const alice = await connect(relay, 'Alice');
	const doc = new Y.Doc();
	doc.getMap('record').set('name', 'Muster GmbH');
	const channel = await alice.open(room, doc);
	await channel.saved();
	channel.close();
	alice.send({ kind: 'ping', nonce: 7 });
	await alice.hears('pong', ({ nonce }) => nonce === 7);
	const again = await alice.open(room, new Y.Doc());
	await again.saved();
	expect(again.acknowledged.count).toBe(1);
	expect(again.doc.getMap('record').get('name')).toBe('Muster GmbH');
});

it('2. frames after a close are ignored, frames on a channel that never was end the connection', async () => {
	const relay = await startRelay();
	const alice = await connect(relay, 'Alice');
	const channel = await alice.open(relay.newRoom());
	await channel.saved();
	const payload = encodeYMessage({ type: 'update', update: new Uint8Array([0, 0]) });
	alice.send({ kind: 'close', channel: channel.number });
	alice.send({ kind: 'data', channel: channel.number, payload });
	alice.send({ kind: 'ping', nonce: 1 });
	await alice.hears('pong');
	alice.send({ kind: 'data', channel: 999_999, payload });
	expect(await alice.end()).toEqual({ code: 4400, reason: 'unknownMessage' });
});

it('2. more channels than allowed are refused one by one, the others stay', async () => {
	const relay = await startRelay();
	const alice = await connect(relay, 'Alice');
	const rooms = Array.from({ length: MAX_CHANNELS + 5 }, () => relay.newRoom());
	alice.send(...rooms.map((room, at) => ({ kind: 'open', request: at + 1, room, client: at }) as const));
	await eventually(
		() =>
			alice.heard.filter(({ kind }) => kind === 'opened' || kind === 'openRefused').length === rooms.length,
		'an answer to each'
	);
	const refused = alice.heard.filter((frame) => frame.kind === 'openRefused');
	expect(refused.map(({ reason }) => reason)).toEqual(Array(5).fill('tooManyChannels'));
	expect(alice.closed).toBeUndefined();
});

it.each<[string, (socket: MuxPeer['socket']) => void, { code: number; reason: string }]>([
	['a text frame', (socket) => socket.send('hello'), { code: 4400, reason: 'unknownMessage' }],
	['an unknown frame', (socket) => socket.send(new Uint8Array([77])), { code: 4400, reason: 'malformed' }],
	[
		'a torn frame',
		(socket) => socket.send(encodeClientFrame({ kind: 'ping', nonce: 2 ** 40 }).subarray(0, 3)),
		{ code: 4400, reason: 'malformed' }
	],
	[
		'an oversized message',
		(socket) => socket.send(new Uint8Array(2 ** 21)),
		{ code: 4413, reason: 'tooLarge' }
	],
	['a message beyond any limit', (socket) => socket.send(new Uint8Array(2 ** 26)), { code: 1009, reason: '' }]
])('9. %s ends the connection by name', async (_what, offend, end) => {
	const relay = await startRelay();
	const alice = await connect(relay, 'Alice');
	const bob = await connect(relay, 'Bob');
	offend(alice.socket);
	expect(await alice.end()).toEqual(end);
	bob.send({ kind: 'ping', nonce: 3 });
	await bob.hears('pong');
});

it('9. a message in fragments is put together', async () => {
	const relay = await startRelay();
	const alice = await connect(relay, 'Alice');
	const bytes = encodeClientFrame({ kind: 'ping', nonce: 123_456_789 });
	alice.socket.send(bytes.subarray(0, 1), { fin: false });
	alice.socket.send(bytes.subarray(1, 3), { fin: false });
	alice.socket.send(bytes.subarray(3), { fin: true });
	expect(await alice.hears('pong')).toEqual({ kind: 'pong', nonce: 123_456_789 });
});

it('2. who sends without end is cut off by name', async () => {
	const relay = await startRelay({ sockets: { framesPerTenSeconds: 1_000 } });
	const alice = await connect(relay, 'Alice');
	for (let nonce = 0; nonce < 2_000; nonce++) alice.send({ kind: 'ping', nonce });
	expect(await alice.end()).toEqual({ code: 4429, reason: 'tooFast' });
});

it('16. a member that is renamed is told to all devices', async () => {
	const relay = await startRelay();
	const alice = await connect(relay, 'Alice');
	const bob = await relay.signIn('Bob');
	const told = await alice.hears('directory', ({ json }) => json.includes('Bob'));
	expect(JSON.parse(told.json)).toMatchObject({
		members: expect.arrayContaining([{ id: bob.member, name: 'Bob' }]) as unknown
	});
});

it('16. a member that is renamed is announced anew where it is', async () => {
	const relay = await startRelay();
	const room = relay.newRoom();
	const account = await relay.signIn('Alice');
	const alice = await MuxPeer.connect(relay.url, account.headers);
	const bob = await connect(relay, 'Bob');
	const doc = new Y.Doc();
	await Promise.all([alice.open(room, doc), bob.open(room)]);
	await bob.hears('identity', ({ client, name }) => client === doc.clientID && name === 'Alice');
	await signIn(relay, 'Alice Muster', account);
	await bob.hears('identity', ({ client, name }) => client === doc.clientID && name === 'Alice Muster');
});

it('4. what happens in one commit reaches a device as one message', async () => {
	const relay = await startRelay({ writer: { commitDelayMs: 100 } });
	const rooms = Array.from({ length: 10 }, () => relay.newRoom());
	const alice = await connect(relay, 'Alice');
	const bob = await connect(relay, 'Bob');
	const atAlice = await Promise.all(rooms.map((room) => alice.open(room)));
	const atBob = await Promise.all(rooms.map((room) => bob.open(room)));
	await Promise.all([...atAlice, ...atBob].map((channel) => channel.saved()));
	const before = bob.messages.length;
	for (const channel of atAlice)
		for (let n = 0; n < 10; n++) channel.doc.getMap('record').set('remarks', String(n));
	await eventually(() => atBob.every(({ doc }) => doc.getMap('record').get('remarks') === '9'), 'all edits');
	expect(bob.messages.length - before).toBeLessThanOrEqual(3);
});
