import { writeFileSync } from 'node:fs';
import { open as openFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, it } from 'vitest';
import * as Y from 'yjs';
import type { Row } from '#core/documents/row.ts';
import type { RoomName } from '#core/model/id.ts';
import {
	decodePushResults,
	encodePushRequest,
	type FeedDelta,
	type FeedPage,
	type Position
} from '#core/protocol/messages.ts';
import { eventually } from './eventually.ts';
import { MuxPeer } from './mux-peer.ts';
import { signIn, startRelay, type Account, type TestRelay } from './relay.ts';

async function page(relay: TestRelay, { headers }: Account, known?: Position): Promise<FeedPage> {
	const query = known ? `?incarnation=${known.incarnation}&since=${known.seq}` : '';
	const answer = await fetch(`${relay.url}/api/index${query}`, { headers });
	if (!answer.ok) throw new Error(await answer.text());
	return (await answer.json()) as FeedPage;
}

/** All pages after a position, as a device reads them. */
async function feed(relay: TestRelay, account: Account, known?: Position): Promise<FeedPage> {
	const first = await page(relay, account, known);
	const all = { ...first };
	while (all.more) {
		const next = await page(relay, account, all.position);
		Object.assign(all, next, {
			reset: all.reset,
			rows: [...all.rows, ...next.rows],
			gone: [...all.gone, ...next.gone]
		});
	}
	return all;
}

const partyDoc = (name: string): Y.Doc => {
	const doc = new Y.Doc();
	doc.transact(() => {
		doc.getMap('record').set('kind', 'organisation');
		doc.getMap('record').set('name', name);
	});
	return doc;
};

async function pushParties(relay: TestRelay, { headers }: Account, names: string[]): Promise<RoomName[]> {
	const items = names.map((name) => ({
		room: relay.newRoom(),
		update: Y.encodeStateAsUpdate(partyDoc(name))
	}));
	for (let at = 0; at < items.length; at += 2_000) {
		const body = encodePushRequest({ restoredFrom: undefined, items: items.slice(at, at + 2_000) });
		const answer = await fetch(`${relay.url}/api/push`, { method: 'POST', headers, body: body.slice() });
		const results = decodePushResults(new Uint8Array(await answer.arrayBuffer()));
		expect(results.filter(({ state }) => state !== 'saved')).toEqual([]);
	}
	return items.map(({ room }) => room);
}

const nameOf = (row: Row): string => (row.kind === 'party' ? row.facts.name : '');
const stepsAt = (peer: MuxPeer): FeedDelta[] =>
	peer.heard.flatMap((frame) => (frame.kind === 'feed' ? [JSON.parse(frame.json) as FeedDelta] : []));

it('10. a party that one writes appears in the feed of the other, live, without its document', async () => {
	const relay = await startRelay();
	const alice = await MuxPeer.connect(relay.url, (await relay.signIn('Alice')).headers);
	const bobAccount = await relay.signIn('Bob');
	const bob = await MuxPeer.connect(relay.url, bobAccount.headers);
	bob.send({ kind: 'follow' });
	const room = relay.newRoom();
	const channel = await alice.open(room, partyDoc('Muster GmbH'));
	const seq = await channel.saved();
	await eventually(() => stepsAt(bob).length > 0, 'a step of the feed');
	const [step] = stepsAt(bob);
	expect(step?.rows.map((row) => [row.kind, row.room, nameOf(row), row.seq >= seq])).toEqual([
		['party', room, 'Muster GmbH', true]
	]);
	expect(step?.position.seq).toBe((step?.after.seq ?? 0) + 1);
	expect(alice.heard.some(({ kind }) => kind === 'feed')).toBe(false);
	channel.doc.getMap('record').set('name', 'Muster AG');
	await eventually(
		() => stepsAt(bob).some(({ rows }) => rows.some((row) => nameOf(row) === 'Muster AG')),
		'the change'
	);
	const steps = stepsAt(bob);
	expect(steps.at(-1)?.after).toEqual(steps.at(-2)?.position);
	const whole = await feed(relay, bobAccount);
	expect(whole.position).toEqual(steps.at(-1)?.position);
	expect(whole.rows.map(nameOf)).toEqual(['Muster AG']);
});

it('10. someone typing makes a few projections a second, not one per key', async () => {
	const relay = await startRelay();
	const account = await relay.signIn('Alice');
	const alice = await MuxPeer.connect(relay.url, account.headers);
	alice.send({ kind: 'follow' });
	const channel = await alice.open(relay.newRoom(), partyDoc('M'));
	await channel.saved();
	const begun = Date.now();
	for (let key = 0; key < 60; key++) {
		channel.doc.getMap('record').set('name', `Muster ${key}`);
		await channel.saved();
	}
	await relay.indexed();
	const elapsed = Date.now() - begun;
	await eventually(
		() => stepsAt(alice).some(({ rows }) => rows.some((row) => nameOf(row) === 'Muster 59')),
		'the last'
	);
	expect(stepsAt(alice).length).toBeLessThanOrEqual(elapsed / 250 + 3);
});

it('10. ten thousand pushed parties are projected, and pages bring all of them', async () => {
	const relay = await startRelay();
	const alice = await relay.signIn('Alice');
	const rooms = await pushParties(
		relay,
		alice,
		Array.from({ length: 10_000 }, (_, at) => `Party ${at}`)
	);
	await relay.indexed();
	const first = await page(relay, alice);
	expect(first).toMatchObject({ reset: true, more: true });
	expect(first.rows).toHaveLength(5_000);
	const all = await feed(relay, alice);
	expect(new Set(all.rows.map(({ room }) => room))).toEqual(new Set(rooms));
	expect(await feed(relay, alice, all.position)).toEqual({ ...all, reset: false, rows: [], gone: [] });
}, 120_000);

it('26. a party in the trash is told as gone, and to a new device not at all', async () => {
	const relay = await startRelay();
	const account = await relay.signIn('Alice');
	const alice = await MuxPeer.connect(relay.url, account.headers);
	const channel = await alice.open(relay.newRoom(), partyDoc('Muster GmbH'));
	await channel.saved();
	await relay.indexed();
	const before = await feed(relay, account);
	channel.doc.transact(() => {
		channel.doc.getMap('record').set('deletedAt', Date.now());
		channel.doc.getMap('record').set('deletedBy', account.member);
	});
	await channel.saved();
	await relay.indexed();
	const after = await feed(relay, account, before.position);
	expect(after).toMatchObject({ reset: false, rows: [], gone: before.rows.map(({ id }) => id) });
	expect(await feed(relay, account)).toMatchObject({ rows: [], gone: [] });
});

it('12. an index that is missing, damaged or of another kind is built anew, under a new incarnation', async () => {
	let relay = await startRelay();
	const alice = await relay.signIn('Alice');
	await pushParties(relay, alice, ['Muster GmbH', 'Beispiel AG']);
	await relay.indexed();
	let before = (await feed(relay, alice)).position;
	const path = join(relay.dataDir, 'index.db');
	const harm: Record<string, () => unknown> = {
		'overwritten at its beginning': () =>
			writeFileSync(path, 'this is no database, and never was one'.repeat(100)),
		'damaged in the middle': async () => {
			const file = await openFile(path, 'r+');
			await file.write(Buffer.alloc(3 * 4096, 0xff), 0, 3 * 4096, 4096);
			await file.close();
		},
		'of another version': () => {
			const db = new DatabaseSync(path);
			db.exec('UPDATE meta SET version = version + 1');
			db.close();
		},
		'of another log': () => {
			const db = new DatabaseSync(path);
			db.exec(`UPDATE meta SET log_incarnation = 'another'`);
			db.close();
		}
	};
	for (const [what, act] of Object.entries(harm)) {
		await relay.close();
		await act();
		relay = await startRelay({ dataDir: relay.dataDir });
		const again = await signIn(relay, 'Alice', alice);
		await relay.indexed();
		const built = await feed(relay, again, before);
		expect([what, built.reset, built.rows.map(nameOf).sort()]).toEqual([
			what,
			true,
			['Beispiel AG', 'Muster GmbH']
		]);
		expect(built.position.incarnation).not.toBe(before.incarnation);
		before = built.position;
	}
}, 120_000);

it('10. the index goes on where it was after a restart', async () => {
	const first = await startRelay();
	const alice = await first.signIn('Alice');
	await pushParties(first, alice, ['Muster GmbH']);
	await first.indexed();
	const { position } = await feed(first, alice);
	await first.close();
	const second = await startRelay({ dataDir: first.dataDir });
	const again = await signIn(second, 'Alice', alice);
	await pushParties(second, again, ['Beispiel AG']);
	await second.indexed();
	const since = await feed(second, again, position);
	expect([since.reset, since.rows.map(nameOf)]).toEqual([false, ['Beispiel AG']]);
});
