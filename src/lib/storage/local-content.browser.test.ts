import * as Y from 'yjs';
import { afterEach, describe, expect, it } from 'vitest';
import type { RoomName } from '#core/model/id.ts';
import { Database } from './database.ts';
import { Generations } from './generations.ts';
import { loadLocalContent } from './local-content.ts';
import { documentDatabase, type Owner } from './names.ts';
import { DocumentKeeper } from './open-documents.ts';
import { Outbox } from './outbox.ts';
import { Shelf } from './shelf.ts';
import { alice, holdDatabase, someRoom } from './storage.fixture.ts';

type Stores = { outbox: Outbox; shelf: Shelf; generations: Generations };
const open: Stores[] = [];
const storesOf = (owner: Owner): Stores => {
	const stores = { outbox: new Outbox(owner), shelf: new Shelf(owner), generations: new Generations(owner) };
	open.push(stores);
	return stores;
};
/** A document that says `words`, and each word's update. */
const document = (...words: string[]): { doc: Y.Doc; updates: Uint8Array[] } => {
	const doc = new Y.Doc();
	const updates: Uint8Array[] = [];
	doc.on('update', (update: Uint8Array) => updates.push(update));
	for (const word of words) doc.getArray('words').push([word]);
	return { doc, updates };
};
const wordsOf = (doc: Y.Doc): unknown[] => doc.getArray('words').toArray();
/** Puts a row into the y-indexeddb database of a document, past y-indexeddb. */
const addRow = async (name: string, row: unknown): Promise<void> => {
	const db = new Database(name, 1, (made) => {
		made.createObjectStore('updates', { autoIncrement: true });
		made.createObjectStore('custom');
	});
	await db.transact(['updates'], 'readwrite', (transaction) => {
		transaction.objectStore('updates').add(row);
	});
	await db.close();
};
const keep = async (
	owner: Owner,
	room: RoomName,
	doc: Y.Doc,
	generations: Generations
): Promise<DocumentKeeper> => {
	const keeper = new DocumentKeeper(doc, { member: owner.member, room, generations }, 400);
	await keeper.start();
	return keeper;
};

describe('a document on the device', () => {
	afterEach(async () => {
		for (const { outbox, shelf, generations } of open.splice(0)) {
			generations.close();
			await Promise.all([outbox.close(), shelf.close()]);
		}
	});

	it('22. is merged from shelf, outbox and y-indexeddb', async () => {
		const owner = alice();
		const room = someRoom(owner);
		const stores = storesOf(owner);
		const { updates } = document('shelf', 'outbox', 'open');
		const [shelved, waiting, kept] = updates as [Uint8Array, Uint8Array, Uint8Array];
		await stores.shelf.receive([{ room, seq: 5, updates: [shelved] }]);
		await stores.outbox.append({ room, writer: 'w', n: 1, update: waiting, at: 1, away: false });
		await addRow(documentDatabase(owner.member, room, 0), kept);
		const content = await loadLocalContent(stores, owner, room);
		expect(wordsOf(content.doc)).toEqual(['shelf', 'outbox', 'open']);
		expect(content).toMatchObject({ isKnown: true, isDamaged: false, seq: 5, failure: undefined });
	});

	it('22. is unknown, and makes no database, when no store has heard of it', async () => {
		const owner = alice();
		const room = someRoom(owner);
		const stores = storesOf(owner);
		expect((await loadLocalContent(stores, owner, room)).isKnown).toBe(false);
		const names = (await indexedDB.databases()).map(({ name }) => name);
		expect(names).not.toContain(documentDatabase(owner.member, room, 0));
	});

	it.each([
		['bytes that are no update', new Uint8Array([250, 7, 99, 1, 2, 3, 200])],
		['something else', { not: 'bytes' }]
	])('24. loses nothing of the others when a y-indexeddb row is corrupt: %s', async (_what, row) => {
		const owner = alice();
		const room = someRoom(owner);
		const stores = storesOf(owner);
		const [shelved, waiting] = document('shelf', 'outbox').updates as [Uint8Array, Uint8Array];
		await stores.shelf.receive([{ room, seq: 5, updates: [shelved] }]);
		await stores.outbox.append({ room, writer: 'w', n: 1, update: waiting, at: 1, away: false });
		await addRow(documentDatabase(owner.member, room, 0), row);
		const content = await loadLocalContent(stores, owner, room);
		expect(content.isDamaged).toBe(true);
		expect(wordsOf(content.doc)).toEqual(['shelf', 'outbox']);
	});

	it('24. a database that never opens is left behind under a new generation', async () => {
		const owner = alice();
		const room = someRoom(owner);
		const stores = storesOf(owner);
		const held = holdDatabase(documentDatabase(owner.member, room, 0));
		const { doc } = document('Muster');
		const keeper = new DocumentKeeper(
			doc,
			{ member: owner.member, room, generations: stores.generations },
			300
		);
		expect(await keeper.start()).toEqual({ state: 'recovered', generation: 1 });
		expect(stores.generations.of(room)).toBe(1);
		doc.getArray('words').push(['GmbH']);
		await keeper.stop();
		await held.release();
		expect(wordsOf((await loadLocalContent(stores, owner, room)).doc)).toEqual(['Muster', 'GmbH']);
	});

	it('24. y-indexeddb keeps what is written while it is open', async () => {
		const owner = alice();
		const room = someRoom(owner);
		const stores = storesOf(owner);
		const { doc } = document('a');
		const keeper = await keep(owner, room, doc, stores.generations);
		doc.getArray('words').push(['b']);
		await keeper.stop();
		doc.getArray('words').push(['not kept']);
		expect(wordsOf((await loadLocalContent(stores, owner, room)).doc)).toEqual(['a', 'b']);
	});
});

describe('generations', () => {
	it('23. are told to all tabs, and only the first of two that leave one behind counts', async () => {
		const owner = alice();
		const room = someRoom(owner);
		const [mine, theirs] = [new Generations(owner), new Generations(owner)];
		const heard = new Promise((resolve) => theirs.onBump(resolve));
		expect(mine.bump(room, 0)).toBe(1);
		expect(theirs.bump(room, 0)).toBe(1);
		expect(await heard).toEqual({ room, generation: 1 });
		expect(new Generations(owner).of(room)).toBe(1);
		mine.close();
		theirs.close();
	});
});
