import * as Y from 'yjs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RoomName } from '#core/model/id.ts';
import { DeviceMeta } from '../storage/meta.ts';
import { alice, breakStorage, someRoom } from '../storage/storage.fixture.ts';
import { beginWriter } from '../storage/writers.ts';
import { Drain } from './drain.ts';
import { Filling } from './filling.ts';
import { PaperRelay } from './relay.fixture.ts';
import { closeStores, openStores, type Stores } from './stores.ts';

let stores: Stores;
let relay: PaperRelay;

/** A document that says `words`, and each word's update. */
const updatesOf = (...words: string[]): Uint8Array[] => {
	const doc = new Y.Doc();
	const updates: Uint8Array[] = [];
	doc.on('update', (update: Uint8Array) => updates.push(update));
	for (const word of words) doc.getArray('words').push([word]);
	return updates;
};
const append = (room: RoomName, writer: string, n: number, update: Uint8Array): Promise<void> =>
	stores.outbox.append({ room, writer, n, update, at: n, away: false });
const waits = (): number => stores.outbox.waiting.current.total;
const drain = async (
	settled: (rooms: ReadonlyMap<RoomName, number>) => void = () => undefined
): Promise<void> => {
	const one = new Drain(stores, relay.line, (rooms) => {
		settled(rooms);
		return Promise.resolve();
	});
	await one.run();
	await one.close();
};
const fill = async (healed: (documents: number) => void = () => undefined): Promise<Filling> => {
	const filling = new Filling(stores, relay.line, { pulled: () => Promise.resolve(), healed });
	await filling.run();
	await filling.close();
	return filling;
};

beforeEach(() => {
	stores = openStores(alice(), new DeviceMeta());
	relay = new PaperRelay();
});
afterEach(() => closeStores(stores));

describe('the drain', () => {
	it('22. sends what closed tabs and imports have left, and remembers how far the relay is', async () => {
		const [first, second] = [someRoom(stores.owner), someRoom(stores.owner)];
		const [a, b] = updatesOf('a', 'b') as [Uint8Array, Uint8Array];
		await append(first, '', 1, a);
		await append(first, 'gone', 1, b);
		await append(second, '', 1, a);
		const rooms = new Map<RoomName, number>();
		await drain((settled) => settled.forEach((seq, room) => rooms.set(room, seq)));
		expect(relay.words(first)).toEqual(['a', 'b']);
		expect(waits()).toBe(0);
		expect([...rooms.keys()].sort()).toEqual([first, second].sort());
		expect(await stores.outbox.seen()).toEqual({ incarnation: 'first', seq: 2 });
	});

	it('22. leaves to a living document what it sends itself', async () => {
		const room = someRoom(stores.owner);
		const living = await beginWriter(stores.owner.member);
		await append(room, living.id, 1, updatesOf('a')[0] as Uint8Array);
		await drain();
		expect(relay.pushed).toEqual([]);
		await living.release();
		await drain();
		expect(relay.words(room)).toEqual(['a']);
		expect(waits()).toBe(0);
	});

	it('8. takes along an edit of a living tab on which one that was left builds', async () => {
		const room = someRoom(stores.owner);
		const living = await beginWriter(stores.owner.member);
		const [a, b] = updatesOf('a', 'b') as [Uint8Array, Uint8Array];
		await append(room, living.id, 1, a);
		await append(room, 'gone', 1, b);
		await drain();
		expect(relay.words(room)).toEqual(['a', 'b']);
		expect(waits()).toBe(1);
		await living.release();
	});

	it('8. sends the whole document when an edit builds on something that only the device has', async () => {
		const room = someRoom(stores.owner);
		const [a, b] = updatesOf('a', 'b') as [Uint8Array, Uint8Array];
		await stores.shelf.add([{ room, update: a }]);
		await append(room, '', 1, b);
		relay.refuse = (_room, update) => (update.length <= b.length ? 'gapRemains' : undefined);
		await drain();
		expect(relay.words(room)).toEqual(['a', 'b']);
		expect(waits()).toBe(0);
	});

	it('19. keeps and marks what the relay refuses, and sends the rest', async () => {
		const [bad, good] = [someRoom(stores.owner), someRoom(stores.owner)];
		const [a] = updatesOf('a') as [Uint8Array];
		await append(bad, '', 1, a);
		await append(good, '', 1, a);
		relay.refuse = (room) => (room === bad ? 'notAllowed' : undefined);
		await drain();
		await drain();
		expect(relay.pushed.map(({ room }) => room)).toEqual([good]);
		expect(stores.outbox.waiting.current.refused).toEqual(new Map([[bad, 'notAllowed']]));
		expect(await stores.outbox.rowsOf(bad)).toHaveLength(1);
	});

	it('19. leaves waiting what was refused for a passing reason', async () => {
		const room = someRoom(stores.owner);
		await append(room, '', 1, updatesOf('a')[0] as Uint8Array);
		relay.refuse = () => 'diskFull';
		await drain();
		expect(stores.outbox.waiting.current).toMatchObject({ total: 1, refused: new Map() });
		relay.refuse = () => undefined;
		await drain();
		expect(waits()).toBe(0);
	});

	it('28. sends from memory what the full disk did not take', async () => {
		const room = someRoom(stores.owner);
		const { repair } = breakStorage((_call, method) => (method === 'put' ? 'QuotaExceededError' : undefined));
		try {
			await append(room, '', 1, updatesOf('a')[0] as Uint8Array).catch(() => undefined);
			await drain();
		} finally {
			repair();
		}
		expect(relay.words(room)).toEqual(['a']);
		expect(waits()).toBe(0);
	});
});

describe('filling the shelf', () => {
	const wordsOnShelf = async (room: RoomName): Promise<unknown[]> => {
		const doc = new Y.Doc();
		for (const update of (await stores.shelf.get(room))?.updates ?? []) Y.applyUpdate(doc, update);
		return doc.getArray('words').toArray();
	};

	it('22. brings all documents, and then only what is new, in one request', async () => {
		const rooms = Array.from({ length: 30 }, () => someRoom(stores.owner));
		for (const room of rooms) relay.write(room, updatesOf('a')[0] as Uint8Array);
		expect((await fill()).coverage.current).toEqual({ state: 'complete', documents: 30 });
		relay.write(rooms[3] as RoomName, updatesOf('b')[0] as Uint8Array);
		await fill();
		await fill();
		expect(relay.pulls.map(({ sent }) => sent)).toEqual([30, 1, 0]);
		expect(await wordsOnShelf(rooms[3] as RoomName)).toHaveLength(2);
	});

	it('22. goes on where it was cut off', async () => {
		for (let at = 0; at < 20; at++) relay.write(someRoom(stores.owner), updatesOf('a')[0] as Uint8Array);
		relay.cutAfter = 12;
		expect((await fill()).coverage.current).toEqual({ state: 'filling', documents: 12 });
		relay.cutAfter = Number.POSITIVE_INFINITY;
		expect((await fill()).coverage.current).toEqual({ state: 'complete', documents: 20 });
		expect(relay.pulls).toEqual([
			{ known: undefined, have: 0, sent: 12 },
			{ known: undefined, have: 12, sent: 8 }
		]);
	});

	it('12. gives a relay that was put back what it lost, and tells how many documents that were', async () => {
		const [kept, lost] = [someRoom(stores.owner), someRoom(stores.owner)];
		relay.write(kept, updatesOf('a')[0] as Uint8Array);
		const backup = new Map(relay.rooms);
		relay.write(lost, updatesOf('b')[0] as Uint8Array);
		await fill();
		relay.restore(backup);
		const healed: number[] = [];
		await fill((documents) => healed.push(documents));
		expect(relay.words(lost)).toEqual(['b']);
		expect(healed).toEqual([1]);
		expect(await stores.shelf.known()).toMatchObject({ incarnation: 'second' });
	});

	it('12. notices it also when only an acknowledgement had told of the lost edit', async () => {
		const room = someRoom(stores.owner);
		const [a, b] = updatesOf('a', 'b') as [Uint8Array, Uint8Array];
		relay.write(room, a);
		await fill();
		const backup = new Map(relay.rooms);
		await stores.shelf.add([{ room, update: b }]);
		await append(room, '', 1, b);
		await drain();
		expect(relay.words(room)).toEqual(['a', 'b']);
		relay.restore(backup);
		await fill();
		expect(relay.words(room)).toEqual(['a', 'b']);
	});

	it('C. a shelf that can not be written says so, and is filled when it can', async () => {
		relay.write(someRoom(stores.owner), updatesOf('a')[0] as Uint8Array);
		const { repair } = breakStorage((_call, method, store) =>
			method === 'put' && store === 'documents' ? 'QuotaExceededError' : undefined
		);
		try {
			expect((await fill()).coverage.current).toEqual({ state: 'failed', failure: 'quota' });
		} finally {
			repair();
		}
		expect((await fill()).coverage.current).toEqual({ state: 'complete', documents: 1 });
	});
});
