import * as Y from 'yjs';
import { afterEach, describe, expect, it } from 'vitest';
import { Shelf, type ShelfRecord } from './shelf.ts';
import { alice, someRoom } from './storage.fixture.ts';

const shelves: Shelf[] = [];
const shelfOf = (owner = alice()): Shelf => {
	const shelf = new Shelf(owner);
	shelves.push(shelf);
	return shelf;
};
/** A document that says `words`, each in an update of its own. */
const updatesOf = (...words: string[]): Uint8Array[] => {
	const doc = new Y.Doc();
	const updates: Uint8Array[] = [];
	doc.on('update', (update: Uint8Array) => updates.push(update));
	for (const word of words) doc.getArray('words').push([word]);
	return updates;
};
const wordsIn = (record: ShelfRecord | undefined): unknown[] => {
	const doc = new Y.Doc();
	for (const update of record?.updates ?? []) Y.applyUpdate(doc, update);
	return doc.getArray('words').toArray();
};

describe('the shelf', () => {
	afterEach(async () => {
		for (const shelf of shelves.splice(0)) await shelf.close();
	});

	it('22. puts what a pull brings behind what is there, and knows the newest seq', async () => {
		const owner = alice();
		const room = someRoom(owner);
		const shelf = shelfOf(owner);
		const [first, second, third] = updatesOf('a', 'b', 'c') as [Uint8Array, Uint8Array, Uint8Array];
		await shelf.receive([{ room, seq: 3, updates: [first, second] }]);
		await shelf.receive([{ room, seq: 7, updates: [third] }]);
		const record = await shelf.get(room);
		expect(record?.seq).toBe(7);
		expect(wordsIn(record)).toEqual(['a', 'b', 'c']);
	});

	it('22. a pull that was cut off goes on from the rooms it had brought', async () => {
		const owner = alice();
		const [old, fresh] = [someRoom(owner), someRoom(owner)];
		const shelf = shelfOf(owner);
		await shelf.receive([{ room: old, seq: 4, updates: updatesOf('old') }]);
		await shelf.complete({ incarnation: 'i', seq: 5 });
		await shelf.receive([{ room: fresh, seq: 9, updates: updatesOf('new') }]);
		expect(await shelf.further(await shelf.known())).toEqual(new Map([[fresh, 9]]));
		expect(await shelf.further(undefined)).toEqual(
			new Map([
				[old, 4],
				[fresh, 9]
			])
		);
	});

	it('22. folding keeps what a pull has brought since the document was read', async () => {
		const owner = alice();
		const room = someRoom(owner);
		const shelf = shelfOf(owner);
		const [first, second] = updatesOf('mine', 'theirs') as [Uint8Array, Uint8Array];
		await shelf.receive([{ room, seq: 1, updates: [first] }]);
		const loaded = await shelf.get(room);
		await shelf.receive([{ room, seq: 2, updates: [second] }]);
		await shelf.fold(room, first, loaded?.seq ?? 0);
		expect(wordsIn(await shelf.get(room))).toEqual(['mine', 'theirs']);
		await shelf.fold(room, first, 2);
		expect((await shelf.get(room))?.updates).toHaveLength(1);
	});

	it('12. after a restore all numbers are the new ones, and no pull is complete', async () => {
		const owner = alice();
		const [known, lost] = [someRoom(owner), someRoom(owner)];
		const shelf = shelfOf(owner);
		await shelf.receive([
			{ room: known, seq: 90, updates: updatesOf('a') },
			{ room: lost, seq: 95, updates: updatesOf('b') }
		]);
		await shelf.complete({ incarnation: 'i', seq: 95 });
		await shelf.restart(new Map([[known, 12]]));
		expect(await shelf.known()).toBeUndefined();
		expect(await shelf.further(undefined)).toEqual(new Map([[known, 12]]));
		expect(wordsIn(await shelf.get(lost))).toEqual(['b']);
	});

	it('merges many small updates into one and loses none', async () => {
		const owner = alice();
		const room = someRoom(owner);
		const shelf = shelfOf(owner);
		const words = Array.from({ length: 30 }, (_, at) => String(at));
		for (const [at, update] of updatesOf(...words).entries())
			await shelf.receive([{ room, seq: at + 1, updates: [update] }]);
		const record = await shelf.get(room);
		expect(record?.updates.length).toBeLessThan(12);
		expect(wordsIn(record)).toEqual(words);
	});

	it('22. reads documents in bulk, in the order of their rooms, none twice', async () => {
		const owner = alice();
		const shelf = shelfOf(owner);
		const rooms = Array.from({ length: 700 }, () => someRoom(owner)).sort();
		await shelf.add(rooms.map((room) => ({ room, update: updatesOf('x')[0] ?? new Uint8Array() })));
		const first = await shelf.after(undefined, 400);
		const rest = await shelf.after(first.at(-1)?.room, 400);
		expect([...first, ...rest].map(({ room }) => room)).toEqual(rooms);
		expect(await shelf.count()).toBe(700);
	});
});
