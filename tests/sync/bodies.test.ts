import { join } from 'node:path';
import { expect, it } from 'vitest';
import * as Y from 'yjs';
import type { RoomName } from '#core/model/id.ts';
import {
	decodeCompareResults,
	decodePushResults,
	encodeCompareRequest,
	encodePullRequest,
	encodePushRequest,
	PullReader,
	type CompareRequest,
	type PullItem,
	type PullRequest,
	type PushRequest,
	type PushResult
} from '#core/protocol/messages.ts';
import { Log } from '../../sync-server/log/log.ts';
import { eventually } from './eventually.ts';
import { MuxPeer } from './mux-peer.ts';
import { signIn, startRelay, type Account, type TestRelay } from './relay.ts';

const post = (relay: TestRelay, path: string, body: Uint8Array, { headers }: Account): Promise<Response> =>
	fetch(`${relay.url}${path}`, { method: 'POST', headers, body: body.slice() });

async function push(
	relay: TestRelay,
	account: Account,
	items: PushRequest['items'],
	restoredFrom?: PushRequest['restoredFrom']
): Promise<PushResult[]> {
	const answer = await post(relay, '/api/push', encodePushRequest({ restoredFrom, items }), account);
	if (!answer.ok) throw new Error(await answer.text());
	return decodePushResults(new Uint8Array(await answer.arrayBuffer()));
}

async function pull(
	relay: TestRelay,
	account: Account,
	request: Partial<PullRequest> = {}
): Promise<PullItem[]> {
	const body = encodePullRequest({ known: undefined, have: new Map(), ...request });
	const answer = await post(relay, '/api/pull', body, account);
	if (!answer.ok || !answer.body) throw new Error(await answer.text());
	const reader = new PullReader();
	const items: PullItem[] = [];
	for await (const chunk of answer.body) items.push(...reader.push(chunk as Uint8Array));
	return items;
}

/** A party's document as an import makes it. */
const party = (name: string): { doc: Y.Doc; update: Uint8Array } => {
	const doc = new Y.Doc();
	doc.getMap('record').set('name', name);
	return { doc, update: Y.encodeStateAsUpdate(doc) };
};

const roomsOf = (items: PullItem[]): RoomName[] =>
	items.flatMap((item) => (item.kind === 'room' ? item.room : []));

it('22. pushed documents are saved in order, and who has one open sees it', async () => {
	const relay = await startRelay();
	const alice = await relay.signIn('Alice');
	const rooms = Array.from({ length: 100 }, () => relay.newRoom());
	const [first] = rooms;
	if (!first) throw new Error('no room');
	const bob = await MuxPeer.connect(relay.url, (await relay.signIn('Bob')).headers);
	const atBob = await bob.open(first);
	await atBob.saved();
	const results = await push(
		relay,
		alice,
		rooms.map((room, at) => ({ room, update: party(`Party ${at}`).update }))
	);
	expect(results.map(({ state }) => state)).toEqual(Array(100).fill('saved'));
	const seqs = results.map((result) => (result.state === 'saved' ? result.seq : 0));
	expect(seqs).toEqual([...seqs].sort((one, other) => one - other));
	await eventually(() => atBob.doc.getMap('record').get('name') === 'Party 0', 'the party at Bob');
});

it('22. one bad item of a push is refused by name, the others are saved', async () => {
	const relay = await startRelay();
	const alice = await relay.signIn('Alice');
	const gap = new Y.Doc();
	gap.getMap('record').set('name', 'x');
	const before = Y.encodeStateVector(gap);
	gap.getMap('record').set('name', 'y');
	const results = await push(relay, alice, [
		{ room: relay.newRoom(), update: party('Muster GmbH').update },
		{ room: 'nonsense' as RoomName, update: party('x').update },
		{ room: relay.newRoom(), update: new Uint8Array([9, 9, 9]) },
		{ room: relay.newRoom(), update: Y.encodeStateAsUpdate(gap, before) },
		{ room: relay.newRoom(), update: party('Beispiel AG').update }
	]);
	expect(results.map((result) => (result.state === 'saved' ? 'saved' : result.reason))).toEqual([
		'saved',
		'unknownRoom',
		'malformed',
		'gapRemains',
		'saved'
	]);
});

it('22. a pull brings everything, then only what is new, and ends with a position', async () => {
	const relay = await startRelay();
	const alice = await relay.signIn('Alice');
	const bob = await relay.signIn('Bob');
	const rooms = Array.from({ length: 300 }, () => relay.newRoom());
	await push(
		relay,
		alice,
		rooms.map((room) => ({ room, update: party('Muster GmbH').update }))
	);
	const all = await pull(relay, bob);
	expect(new Set(roomsOf(all))).toEqual(new Set(rooms));
	const end = all.at(-1);
	if (end?.kind !== 'end') throw new Error('no end');
	expect(end.position).toEqual(relay.position());
	expect(await pull(relay, bob, { known: end.position })).toEqual([end]);
	const late = relay.newRoom();
	await push(relay, alice, [{ room: late, update: party('Late').update }]);
	expect(roomsOf(await pull(relay, bob, { known: end.position }))).toEqual([late]);
	const item = all.find(({ kind }) => kind === 'room');
	const doc = new Y.Doc();
	if (item?.kind === 'room') for (const update of item.updates) Y.applyUpdate(doc, update);
	expect(doc.getMap('record').get('name')).toBe('Muster GmbH');
});

it('17. a pull leaves out what is one member’s own', async () => {
	const before = await startRelay();
	const alice = await before.signIn('Alice');
	const own = `${before.workspace}/member/${alice.member}` as RoomName;
	const common = before.newRoom();
	await before.close();
	// No document of a member is built yet, so its log is written by hand.
	const log = new Log(join(before.dataDir, 'log.db'), Date.now());
	log.begin();
	for (const room of [own, common])
		log.append(room, { member: alice.member, at: 1, ranges: [], bytes: party('Muster GmbH').update });
	log.commit();
	log.close();
	const relay = await startRelay({ dataDir: before.dataDir });
	const aliceAgain = await signIn(relay, 'Alice', alice);
	const bob = await relay.signIn('Bob');
	expect(new Set(roomsOf(await pull(relay, aliceAgain)))).toEqual(new Set([own, common]));
	expect(roomsOf(await pull(relay, bob))).toEqual([common]);
	expect(await push(relay, bob, [{ room: own, update: party('x').update }])).toEqual([
		{ state: 'refused', reason: 'notAllowed' }
	]);
});

it('22. a pull whose receiver goes away in the middle leaves nothing behind', async () => {
	const relay = await startRelay();
	const alice = await relay.signIn('Alice');
	const big = 'x'.repeat(200_000);
	for (let more = 0; more < 20; more++)
		await push(relay, alice, [{ room: relay.newRoom(), update: party(big).update }]);
	const abort = new AbortController();
	const answer = await fetch(`${relay.url}/api/pull`, {
		method: 'POST',
		headers: alice.headers,
		body: encodePullRequest({ known: undefined, have: new Map() }).slice(),
		signal: abort.signal
	});
	await answer.body?.getReader().read();
	abort.abort();
	expect(roomsOf(await pull(relay, alice))).toHaveLength(20);
});

it('12. a position that this log never had is told as diverged', async () => {
	const relay = await startRelay();
	const alice = await relay.signIn('Alice');
	const known = { incarnation: 'from another log', seq: 5 };
	expect(await pull(relay, alice, { known })).toEqual([{ kind: 'diverged', position: relay.position() }]);
});

it('12. compare tells what either side lacks, deletes included', async () => {
	const relay = await startRelay();
	const alice = await relay.signIn('Alice');
	const [equal, ahead, behind, unknown] = Array.from({ length: 4 }, () => relay.newRoom());
	if (!equal || !ahead || !behind || !unknown) throw new Error('no rooms');
	const docs = [equal, ahead, behind].map((room) => ({ room, ...party('Muster GmbH') }));
	await push(
		relay,
		alice,
		docs.map(({ room, update }) => ({ room, update }))
	);
	docs[1]?.doc.getMap('record').delete('name');
	const items: CompareRequest['items'] = docs.map(({ room, doc }, at) => ({
		room,
		snapshot: Y.encodeSnapshot(Y.snapshot(at === 2 ? new Y.Doc() : doc))
	}));
	items.push({ room: unknown, snapshot: Y.encodeSnapshot(Y.snapshot(party('new').doc)) });
	const answer = await post(relay, '/api/compare', encodeCompareRequest({ items }), alice);
	const results = decodeCompareResults(new Uint8Array(await answer.arrayBuffer()));
	expect(results.map(({ relayLacks, deviceLacks }) => [relayLacks, deviceLacks])).toEqual([
		[false, false],
		[true, false],
		[false, true],
		[true, false]
	]);
	expect(results[3]?.seq).toBe(0);
});

it('11. history shows who wrote when, newest first, and any past state', async () => {
	const relay = await startRelay();
	const alice = await relay.signIn('Alice');
	const bob = await relay.signIn('Bob');
	const room = relay.newRoom();
	const atAlice = await (await MuxPeer.connect(relay.url, alice.headers)).open(room);
	atAlice.doc.getMap('record').set('name', 'Muster GmbH');
	const then = await atAlice.saved();
	const atBob = await (await MuxPeer.connect(relay.url, bob.headers)).open(room);
	await atBob.saved();
	atBob.doc.getMap('record').set('name', 'Muster AG');
	await atBob.saved();
	const get = (query: string) =>
		fetch(`${relay.url}/api/history/${room}${query}`, { headers: alice.headers });
	const list = (await (await get('?limit=10')).json()) as {
		rows: { seq: number; member: string; at: number }[];
	};
	expect(list.rows.map(({ member }) => member)).toEqual([bob.member, alice.member]);
	expect(list.rows[1]?.seq).toBe(then);
	const older = (await (await get(`?before=${list.rows[0]?.seq}`)).json()) as typeof list;
	expect(older.rows).toHaveLength(1);
	const past = new Y.Doc();
	Y.applyUpdate(past, new Uint8Array(await (await get(`?at=${then}`)).arrayBuffer()));
	expect(past.getMap('record').get('name')).toBe('Muster GmbH');
	expect((await get('?at=0')).status).toBe(404);
	expect((await get('?limit=many')).status).toBe(400);
});

it.each(['/api/push', '/api/pull', '/api/compare'])(
	'9. torn bytes at %s are malformed by name',
	async (path) => {
		const relay = await startRelay();
		const alice = await relay.signIn('Alice');
		const answer = await post(relay, path, new Uint8Array([1, 2, 3, 255, 255]), alice);
		expect([answer.status, await answer.text()]).toEqual([400, '{"refused":"malformed"}']);
	}
);

it('9. a body that is too large is refused by name', async () => {
	const relay = await startRelay();
	const alice = await relay.signIn('Alice');
	const answer = await post(relay, '/api/push', new Uint8Array(33 * 1024 * 1024), alice);
	expect([answer.status, await answer.text()]).toEqual([413, '{"refused":"tooLarge"}']);
});
