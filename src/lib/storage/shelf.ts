import * as Y from 'yjs';
import type { RoomName } from '#core/model/id.ts';
import type { Position } from '#core/protocol/messages.ts';
import { Database, valueOf } from './database.ts';
import { shelfName, type Owner } from './names.ts';

/** A closed document: all of it is in `updates`, whatever order they are applied in. */
export type ShelfRecord = { room: RoomName; seq: number; updates: Uint8Array[] };
/** Where the relay's log stood when it last gave us this room; 0 when it never did. */
type ShelfHead = { room: RoomName; seq: number };

const DOCUMENTS = 'documents';
const HEADS = 'heads';
const META = 'meta';
/** Updates of one record are merged from this many on: fewer cost nothing to load, and merging costs at each pull. */
const MERGE_FROM = 12;
const BATCH = 500;

/** All closed documents of one member in one workspace, in one database: 5,000 are read in about a second. */
export class Shelf {
	readonly #db: Database;

	constructor(owner: Owner) {
		this.#db = new Database(shelfName(owner), 1, (db) => {
			db.createObjectStore(DOCUMENTS, { keyPath: 'room' });
			db.createObjectStore(HEADS, { keyPath: 'room' }).createIndex('seq', 'seq');
			db.createObjectStore(META);
		});
	}

	/** The closed document, or undefined when this device never saw it. Throws StorageError, like all methods. */
	async get(room: RoomName): Promise<ShelfRecord | undefined> {
		return this.#db.transact([DOCUMENTS], 'readonly', (transaction) =>
			valueOf(transaction.objectStore(DOCUMENTS).get(room) as IDBRequest<ShelfRecord | undefined>)
		);
	}

	/** Documents made here that the relay has not seen yet. */
	async add(documents: readonly { room: RoomName; update: Uint8Array }[]): Promise<void> {
		for (let at = 0; at < documents.length; at += BATCH)
			await this.#merge(
				documents.slice(at, at + BATCH).map(({ room, update }) => ({ room, seq: 0, updates: [update] }))
			);
	}

	/** What a pull brought; each room's `updates` continue what is here. */
	async receive(rooms: readonly ShelfRecord[]): Promise<void> {
		for (let at = 0; at < rooms.length; at += BATCH) await this.#merge(rooms.slice(at, at + BATCH));
	}

	/**
	 * Replaces a document by its whole present state. `loadedSeq` is the record's `seq` that went into the state;
	 * when a pull has brought more since, that stays beside it.
	 */
	async fold(room: RoomName, state: Uint8Array, loadedSeq: number): Promise<void> {
		await this.#db.transact(
			[DOCUMENTS, HEADS],
			'readwrite',
			async (transaction) => {
				const store = transaction.objectStore(DOCUMENTS);
				const before = await valueOf(store.get(room) as IDBRequest<ShelfRecord | undefined>);
				const isSame = !before || before.seq === loadedSeq;
				put(transaction, {
					room,
					seq: before?.seq ?? 0,
					updates: isSame ? [state] : [state, ...before.updates]
				});
				// Strict: the open document's own database is deleted next.
			},
			'strict'
		);
	}

	/** Up to `limit` documents after `room`, in the order of their names. */
	async after(room: RoomName | undefined, limit: number): Promise<ShelfRecord[]> {
		const range = room === undefined ? null : IDBKeyRange.lowerBound(room, true);
		return this.#db.transact([DOCUMENTS], 'readonly', (transaction) =>
			valueOf(transaction.objectStore(DOCUMENTS).getAll(range, limit) as IDBRequest<ShelfRecord[]>)
		);
	}

	/** Documents on the device. */
	async count(): Promise<number> {
		return this.#db.transact([HEADS], 'readonly', (transaction) =>
			valueOf(transaction.objectStore(HEADS).count())
		);
	}

	/** Where the last complete pull stood; undefined before the first. */
	async known(): Promise<Position | undefined> {
		return this.#meta<Position>('known');
	}

	/** Rooms that are further than `known`, because a pull was cut off: it goes on from there. */
	async further(known: Position | undefined): Promise<Map<RoomName, number>> {
		const range = IDBKeyRange.lowerBound(known?.seq ?? 0, true);
		const heads = await this.#db.transact([HEADS], 'readonly', (transaction) =>
			valueOf(transaction.objectStore(HEADS).index('seq').getAll(range) as IDBRequest<ShelfHead[]>)
		);
		return new Map(heads.map(({ room, seq }) => [room, seq]));
	}

	/** A pull came to its end: everything up to `position` is here. */
	async complete(position: Position): Promise<void> {
		await this.#db.transact([META], 'readwrite', (transaction) => {
			transaction.objectStore(META).put(position, 'known');
		});
	}

	/**
	 * The relay was put back to an older state: all sequence numbers are replaced by those that are true now, and
	 * no pull is complete any more. Rooms that are not in `heads` count as never seen by the relay.
	 */
	async restart(heads: ReadonlyMap<RoomName, number>): Promise<void> {
		let last: RoomName | undefined;
		for (;;) {
			const documents = await this.after(last, BATCH);
			await this.#db.transact([DOCUMENTS, HEADS, META], 'readwrite', (transaction) => {
				for (const document of documents)
					put(transaction, { ...document, seq: heads.get(document.room) ?? 0 });
				transaction.objectStore(META).delete('known');
			});
			last = documents.at(-1)?.room;
			if (documents.length < BATCH) return;
		}
	}

	async close(): Promise<void> {
		await this.#db.close();
	}

	async #merge(rooms: readonly ShelfRecord[]): Promise<void> {
		const pulled = rooms.map(({ room, seq, updates }) => ({ room, seq, updates: merged(updates) }));
		await this.#db.transact([DOCUMENTS, HEADS], 'readwrite', async (transaction) => {
			const store = transaction.objectStore(DOCUMENTS);
			const found = await Promise.all(
				pulled.map(({ room }) => valueOf(store.get(room) as IDBRequest<ShelfRecord | undefined>))
			);
			pulled.forEach(({ room, seq, updates }, index) => {
				const before = found[index];
				const fresh = updates.filter((update) => !before?.updates.some((known) => isEqual(known, update)));
				const all = before ? [...before.updates, ...fresh] : fresh;
				put(transaction, {
					room,
					seq: Math.max(seq, before?.seq ?? 0),
					updates: all.length >= MERGE_FROM ? merged(all) : all
				});
			});
		});
	}

	async #meta<T>(key: string): Promise<T | undefined> {
		return this.#db.transact([META], 'readonly', (transaction) =>
			valueOf(transaction.objectStore(META).get(key) as IDBRequest<T | undefined>)
		);
	}
}

function put(transaction: IDBTransaction, record: ShelfRecord): void {
	transaction.objectStore(DOCUMENTS).put(record);
	transaction.objectStore(HEADS).put({ room: record.room, seq: record.seq } satisfies ShelfHead);
}

const merged = (updates: Uint8Array[]): Uint8Array[] =>
	updates.length > 1 ? [Y.mergeUpdates(updates)] : updates;

const isEqual = (a: Uint8Array, b: Uint8Array): boolean => {
	if (a.length !== b.length) return false;
	for (let at = 0; at < a.length; at++) if (a[at] !== b[at]) return false;
	return true;
};
