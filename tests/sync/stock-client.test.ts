import { setTimeout as wait } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { WebSocket } from 'ws';
import type * as Y from 'yjs';
import { newId, type MemberId, type PartyId, type RoomName, type WorkspaceId } from '#core/model/id.ts';
import { partyRoom } from '#core/protocol/room.ts';
import { SYNC_PATH } from '#core/protocol/version.ts';
import { decodeYMessage, SIGN_OF_LIFE } from '#core/protocol/y-message.ts';
import { eventually } from './eventually.ts';
import { MuxPeer } from './mux-peer.ts';
import { startRelay } from './relay.ts';
import { joinStock } from './stock-peer.ts';

const record = (doc: Y.Doc) => doc.getMap('record');

it('3. a stock client joins with the token, sees the edits and is seen', async () => {
	const relay = await startRelay();
	const room = relay.newRoom();
	const alice = await MuxPeer.connect(relay.url, (await relay.signIn('Alice')).headers);
	const atAlice = await alice.open(room);
	const script = joinStock(relay, room);
	await script.synced();
	record(atAlice.doc).set('name', 'Muster GmbH');
	await eventually(() => record(script.doc).get('name') === 'Muster GmbH', 'the edit at the script');
	record(script.doc).set('number', '4711');
	await eventually(() => record(atAlice.doc).get('number') === '4711', 'the edit at Alice');
	script.provider.awareness.setLocalStateField('place', 'record');
	const identity = await alice.hears('identity', ({ client }) => client === script.doc.clientID);
	expect(identity).toMatchObject({ channel: atAlice.number, member: relay.script, name: 'Script' });
	await eventually(() => atAlice.heard.some(({ type }) => type === 'awareness'), 'the presence at Alice');
});

it('3. two stock clients converge, content that was there first included', async () => {
	const relay = await startRelay();
	const room = relay.newRoom();
	const one = joinStock(relay, room);
	record(one.doc).set('name', 'Muster GmbH');
	await one.synced();
	const two = joinStock(relay, room, { headers: (await relay.signIn('Bob')).headers });
	await two.synced();
	// Synced is what was committed by then; the first one's edit may still be on its way.
	await eventually(() => record(two.doc).get('name') === 'Muster GmbH', 'the edit of the first');
	one.doc.getArray('unknown');
	record(two.doc).set('city', 'Berlin');
	await eventually(() => record(one.doc).get('city') === 'Berlin', 'the edit at the first');
});

it('3. a lone client hears a sign of life and nothing that stock y-websocket does not know', async () => {
	const relay = await startRelay({ sockets: { keepAliveMs: 40 } });
	const socket = new WebSocket(
		`${relay.url.replace('http', 'ws')}${SYNC_PATH}/${relay.newRoom()}?token=${relay.token}`
	);
	const heard: Uint8Array[] = [];
	socket.on('message', (data: Buffer) => heard.push(data));
	await eventually(() => heard.length >= 3, 'three signs of life');
	expect(heard.every((bytes) => Buffer.compare(bytes, SIGN_OF_LIFE) === 0)).toBe(true);
	socket.terminate();
});

it('3. a lone stock client is kept from reconnecting by its watchdog', async () => {
	const relay = await startRelay({ sockets: { keepAliveMs: 100 } });
	const script = joinStock(relay, relay.newRoom());
	await script.synced();
	// Its watchdog looks every 3 s for a last message older than 30 s: as if so long had passed, over and over.
	for (let times = 0; times < 3; times++) {
		script.provider.wsLastMessageReceived = 0;
		await eventually(() => script.provider.wsLastMessageReceived > 0, 'a sign of life');
	}
	await wait(3_200);
	expect(script.connections()).toBe(1);
	expect(script.provider.wsconnected).toBe(true);
});

it('3. what a stock client hears decodes as stock messages only', async () => {
	const relay = await startRelay();
	const room = relay.newRoom();
	const alice = await MuxPeer.connect(relay.url, (await relay.signIn('Alice')).headers);
	const atAlice = await alice.open(room);
	await atAlice.saved();
	const script = joinStock(relay, room);
	const heard: string[] = [];
	await eventually(() => script.provider.ws !== null, 'a socket');
	script.provider.ws?.addEventListener('message', ({ data }: MessageEvent<ArrayBuffer>) => {
		heard.push(decodeYMessage(new Uint8Array(data)).type);
	});
	await script.synced();
	for (let more = 0; more < 20; more++) record(atAlice.doc).set('remarks', String(more));
	await eventually(() => record(script.doc).get('remarks') === '19', 'all edits');
	expect(new Set(heard).has('update')).toBe(true);
});

it.each<[string, number, (workspace: WorkspaceId) => string]>([
	['a room of another workspace', 4404, () => partyRoom(newId<WorkspaceId>(), newId<PartyId>())],
	['no room at all', 4404, (workspace) => `${workspace}/nonsense`],
	['a room of another member', 4403, (workspace) => `${workspace}/member/${newId<MemberId>()}`]
])('3. %s ends a stock client for good, with a code that it knows', async (_what, code, address) => {
	const relay = await startRelay();
	const script = joinStock(relay, address(relay.workspace) as RoomName);
	await eventually(() => script.closed() !== undefined, 'the end');
	expect(script.closed()).toBe(code);
});

it('3. a wrong token ends a stock client with 4401', async () => {
	const relay = await startRelay();
	const script = joinStock(relay, relay.newRoom(), { token: 'x'.repeat(43) });
	await eventually(() => script.closed() !== undefined, 'the end');
	expect(script.closed()).toBe(4401);
	expect(relay.census()).toEqual({ connections: 0, rooms: 0 });
});

it('9. a stock client that writes what may not be written is closed by name, and nobody else', async () => {
	const relay = await startRelay();
	const room = relay.newRoom();
	const honest = joinStock(relay, room);
	await honest.synced();
	const hostile = joinStock(relay, room);
	await hostile.synced();
	hostile.doc.getArray('no such root').push([1]);
	await eventually(() => hostile.closed() !== undefined, 'the end');
	expect(hostile.closed()).toBe(4422);
	record(honest.doc).set('name', 'Muster GmbH');
	const late = joinStock(relay, room);
	await late.synced();
	await eventually(() => record(late.doc).get('name') === 'Muster GmbH', 'the honest edit');
	expect(honest.connections()).toBe(1);
});
