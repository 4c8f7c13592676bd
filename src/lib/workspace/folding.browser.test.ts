import * as Y from 'yjs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RoomName } from '#core/model/id.ts';
import { documentDatabases } from '../storage/local-content.ts';
import { DeviceMeta } from '../storage/meta.ts';
import { documentDatabase, documentLock } from '../storage/names.ts';
import { DocumentKeeper } from '../storage/open-documents.ts';
import { alice, breakStorage, someRoom } from '../storage/storage.fixture.ts';
import { holdLock } from '../storage/writers.ts';
import { foldDocument, foldLeftovers } from './folding.ts';
import { closeStores, openStores, type Stores } from './stores.ts';

let stores: Stores;
let room: RoomName;

/** Leaves a document that says `words` in a database of its own, as an open one does. */
const leaveOpen = async (...words: string[]): Promise<Uint8Array> => {
	const doc = new Y.Doc();
	const keeper = new DocumentKeeper(doc, {
		member: stores.owner.member,
		room,
		generations: stores.generations
	});
	await keeper.start();
	doc.getArray('words').push(words);
	await keeper.stop();
	return Y.encodeStateAsUpdate(doc);
};
const isOpenStill = async (): Promise<boolean> =>
	(await documentDatabases()).has(documentDatabase(stores.owner.member, room, 0));
const wordsOnShelf = async (): Promise<unknown[]> => {
	const doc = new Y.Doc();
	for (const update of (await stores.shelf.get(room))?.updates ?? []) Y.applyUpdate(doc, update);
	return doc.getArray('words').toArray();
};

beforeEach(() => {
	stores = openStores(alice(), new DeviceMeta());
	room = someRoom(stores.owner);
});
afterEach(() => closeStores(stores));

describe('folding a document away', () => {
	it('22. puts it on the shelf and deletes its database when all is acknowledged', async () => {
		await leaveOpen('a', 'b');
		expect(await foldDocument(stores, room)).toBe('folded');
		expect(await wordsOnShelf()).toEqual(['a', 'b']);
		expect(await isOpenStill()).toBe(false);
	});

	it('22. does not happen while an edit waits or was refused', async () => {
		const update = await leaveOpen('a');
		await stores.outbox.append({ room, writer: '', n: 1, update, at: 1, away: false });
		expect(await foldDocument(stores, room)).toBe('stays');
		await stores.outbox.refuse([[room, '', 1]], 'notAllowed');
		expect(await foldDocument(stores, room)).toBe('stays');
		expect(await isOpenStill()).toBe(true);
	});

	it('22. does not happen while a tab has it open', async () => {
		await leaveOpen('a');
		const release = await holdLock(documentLock(stores.owner.member, room), 'shared');
		expect(await foldDocument(stores, room)).toBe('stays');
		await release();
		expect(await foldDocument(stores, room)).toBe('folded');
	});

	it('C. deletes nothing when the shelf can not be written', async () => {
		await leaveOpen('a');
		const { repair } = breakStorage((_call, method, store) =>
			method === 'put' && store === 'documents' ? 'QuotaExceededError' : undefined
		);
		try {
			await expect(foldDocument(stores, room)).rejects.toMatchObject({ failure: 'quota' });
		} finally {
			repair();
		}
		expect(await isOpenStill()).toBe(true);
	});

	it('22. leaves nothing of a document that never had content', async () => {
		await leaveOpen();
		expect(await foldDocument(stores, room)).toBe('folded');
		expect(await stores.shelf.get(room)).toBeUndefined();
		expect(await isOpenStill()).toBe(false);
	});

	it('25. edits that a killed tab has left in its own database alone are sent before they count as saved', async () => {
		const update = await leaveOpen('a');
		expect(await foldLeftovers(stores)).toBe(1);
		expect(stores.outbox.waiting.current.rooms.get(room)).toBe(1);
		expect(await isOpenStill()).toBe(true);
		const [row] = await stores.outbox.rowsOf(room);
		const doc = new Y.Doc();
		Y.applyUpdate(doc, row?.update ?? new Uint8Array());
		expect(doc.getArray('words').toArray()).toEqual(['a']);
		await stores.outbox.settle([[room, '', row?.n ?? 0]], undefined);
		await stores.shelf.receive([{ room, seq: 1, updates: [update] }]);
		expect(await foldLeftovers(stores)).toBe(0);
		expect(await isOpenStill()).toBe(false);
	});

	it('23. deletes databases of generations that were left behind', async () => {
		await leaveOpen('a');
		stores.generations.bump(room, 0);
		expect(await foldLeftovers(stores)).toBe(0);
		expect(await isOpenStill()).toBe(false);
	});
});
