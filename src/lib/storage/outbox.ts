import type { RoomName } from '#core/model/id.ts';
import type { Position } from '#core/protocol/messages.ts';
import type { RefusalReason } from '#core/protocol/refusal.ts';
import { allOf, Database, valueOf } from './database.ts';
import { toStorageError, type StorageFailure } from './failure.ts';
import { outboxName, type Owner } from './names.ts';
import { byAge, keyOf, rowsIn, type Delivered, type OutboxKey, type OutboxRow } from './outbox-row.ts';
import { OutboxTally, type Unstored, type Waiting } from './outbox-tally.ts';
import { isAfter } from './position.ts';
import { Value, type Source } from './source.ts';

const ROWS = 'rows';
const REFUSED = 'refused';
const DELIVERED = 'delivered';
const SEEN = 'seen';
const ALL = [ROWS, REFUSED, DELIVERED, SEEN];
const RETRY_MS = 2_000;

/**
 * Edits that the relay has not acknowledged, durable on this device (rule 22). The one source of *on this device*
 * and of *saved*. Shared by all tabs of a member; what one tab does, the others hear by BroadcastChannel.
 */
export class Outbox {
	readonly #db: Database;
	readonly #channel: BroadcastChannel;
	readonly #tally = new OutboxTally();
	readonly #waiting = new Value<Waiting>({ total: 0, rooms: new Map(), changes: 0, refused: new Map() });
	readonly #failure = new Value<StorageFailure | undefined>(undefined);
	#isWriting = false;
	#writing: Promise<void> = Promise.resolve();
	#retry: ReturnType<typeof setTimeout> | undefined;
	#refreshing: Promise<void> | undefined;
	#isStale = false;
	#isClosed = false;

	constructor(owner: Owner) {
		this.#db = new Database(outboxName(owner), 1, (db) => {
			db.createObjectStore(ROWS, { keyPath: ['room', 'writer', 'n'] });
			db.createObjectStore(REFUSED, { keyPath: ['room', 'writer', 'n'] });
			db.createObjectStore(DELIVERED, { keyPath: 'room' });
			db.createObjectStore(SEEN);
		});
		this.#channel = new BroadcastChannel(outboxName(owner));
		this.#channel.onmessage = () => void this.refresh();
	}

	/** Counts in sum and per room, of all tabs. */
	get waiting(): Source<Waiting> {
		return this.#waiting;
	}

	/** Why new edits are in memory only; undefined when they are durable. */
	get failure(): Source<StorageFailure | undefined> {
		return this.#failure;
	}

	/**
	 * Takes one edit; it is counted at once. The promise resolves when it is on the disk or, before that, saved by
	 * the relay; it rejects with StorageError when it could not be written: the edit then stays in memory and is
	 * tried again.
	 */
	append(row: OutboxRow): Promise<void> {
		const written = new Promise<void>((stored, failed) => {
			this.#tally.hold({ row, stored, failed });
		});
		// Whoever does not look at the promise sees `failure`.
		written.catch(() => undefined);
		this.#count();
		this.#write();
		return written;
	}

	/** Many edits in one transaction. Throws StorageError; then none is kept. */
	async appendAll(rows: readonly OutboxRow[]): Promise<void> {
		await this.#change([ROWS], (transaction) => {
			const store = transaction.objectStore(ROWS);
			for (const row of rows) store.put(row);
		});
		for (const row of rows) this.#tally.add(row);
		this.#tell();
	}

	/** The edits of one room that the relay lacks, refused ones too, oldest first. */
	async rowsOf(room: RoomName): Promise<OutboxRow[]> {
		const held = this.unstoredRows().filter((row) => row.room === room);
		try {
			const found = await this.#db.transact([ROWS, REFUSED], 'readonly', (transaction) =>
				bothOf(transaction, room)
			);
			const missing = held.filter(
				(row) => !found.some(({ writer, n }) => writer === row.writer && n === row.n)
			);
			return [...found, ...missing].sort(byAge);
		} catch (cause) {
			// An outbox that can't be read: what this tab has in memory is all there is, and better than nothing.
			this.#failure.set(toStorageError(cause).failure);
			if (held.length === 0) throw cause;
			return held.sort(byAge);
		}
	}

	/** Rooms in which a document was open when its waiting edits were made: their rows on the device may be older. */
	writtenRooms(): Set<RoomName> {
		return this.#tally.writtenRooms();
	}

	/** Up to `limit` edits that are still to be sent, in the order of their rooms. */
	async rowsAfter(after: OutboxKey | undefined, limit: number): Promise<OutboxRow[]> {
		const range = after ? IDBKeyRange.lowerBound(after, true) : null;
		return this.#db.transact([ROWS], 'readonly', (transaction) =>
			valueOf(transaction.objectStore(ROWS).getAll(range, limit) as IDBRequest<OutboxRow[]>)
		);
	}

	/** Everything in memory that the disk refused, for a drain that can still send it. */
	unstoredRows(): OutboxRow[] {
		return this.#tally.held().map(({ row }) => row);
	}

	/**
	 * The relay has these edits durably. `position` is what it said with it: kept in the same transaction, so that
	 * a relay put back to before it is noticed (rule 12).
	 */
	async settle(keys: readonly OutboxKey[], position: Position | undefined): Promise<void> {
		const released = keys.flatMap((key) => this.#tally.release(key) ?? []);
		for (const { stored } of released) stored();
		const cross = (): void => {
			for (const key of keys) this.#tally.drop(key);
			this.#count();
		};
		cross();
		// Relaxed: lost in a power cut, row and position come back together, and the row is sent once more.
		await this.#change(
			ALL,
			async (transaction) => {
				const store = transaction.objectStore(ROWS);
				const found = await Promise.all(
					keys.map((key) => valueOf(store.get(key) as IDBRequest<OutboxRow | undefined>))
				);
				for (const key of keys) {
					store.delete(key);
					transaction.objectStore(REFUSED).delete(key);
				}
				await noteDelivered(transaction, [
					...released.map(({ row }) => row),
					...found.flatMap((row) => row ?? [])
				]);
				if (position) await keepSeen(transaction, position);
			},
			'relaxed'
		);
		// Once more: a look at the disk that began before has put them back.
		cross();
		this.#tell();
	}

	/** The relay said no for good: the edits are kept, marked and shown (never dropped, never sent again by itself). */
	async refuse(keys: readonly OutboxKey[], reason: RefusalReason): Promise<void> {
		// Edits that are still being written would miss their mark.
		await this.#writing;
		await this.#change([ROWS, REFUSED], async (transaction) => {
			const store = transaction.objectStore(ROWS);
			const refused = transaction.objectStore(REFUSED);
			for (const key of keys) {
				const row = await valueOf(store.get(key) as IDBRequest<OutboxRow | undefined>);
				if (row) refused.put({ ...row, refused: reason });
				store.delete(key);
			}
		});
		for (const key of keys) this.#tally.refuse(key, reason);
		this.#tell();
	}

	/** Sends refused edits of a room again: the user's own decision. */
	async retryRefused(room: RoomName): Promise<void> {
		await this.#change([ROWS, REFUSED], async (transaction) => {
			for (const row of await allOf<OutboxRow>(transaction, REFUSED, rowsIn(room))) {
				const { refused, ...again } = row;
				void refused;
				transaction.objectStore(ROWS).put(again);
				transaction.objectStore(REFUSED).delete(keyOf(row));
			}
		});
		await this.refresh();
		this.#tell();
	}

	/**
	 * Hands the edits of writers that are gone to `heir`, numbered from 1 in the order they were written; refused
	 * ones too, they stay refused. Returns how many there are.
	 */
	async inherit(room: RoomName, isGone: (writer: string) => boolean, heir: string): Promise<number> {
		const count = await this.#change([ROWS, REFUSED], async (transaction) => {
			const found = await bothOf(transaction, room);
			const orphans = found.filter((row) => isGone(row.writer)).sort(byAge);
			orphans.forEach((row, index) => {
				const store = transaction.objectStore(row.refused ? REFUSED : ROWS);
				store.delete(keyOf(row));
				store.put({ ...row, writer: heir, n: index + 1 });
			});
			return orphans.length;
		});
		if (count > 0) await this.refresh();
		return count;
	}

	/** There is no contact: whatever waits now belongs to the next merge receipt. */
	async markAway(): Promise<void> {
		await this.#change([ROWS], async (transaction) => {
			for (const row of await allOf<OutboxRow>(transaction, ROWS))
				if (!row.away) transaction.objectStore(ROWS).put({ ...row, away: true });
		});
	}

	/** Rooms delivered after a time without contact, not yet told of. */
	async delivered(): Promise<Delivered[]> {
		return this.#db.transact([DELIVERED], 'readonly', (transaction) =>
			allOf<Delivered>(transaction, DELIVERED)
		);
	}

	async forgetDelivered(rooms: readonly RoomName[]): Promise<void> {
		await this.#change([DELIVERED], (transaction) => {
			for (const room of rooms) transaction.objectStore(DELIVERED).delete(room);
		});
	}

	/** True while a waiting edit was made without contact: the receipt is not yet complete. */
	async isAwayWaiting(): Promise<boolean> {
		let after: OutboxKey | undefined;
		for (;;) {
			const page = await this.rowsAfter(after, 200);
			if (page.some((row) => row.away)) return true;
			const last = page.at(-1);
			if (!last || page.length < 200) return false;
			after = keyOf(last);
		}
	}

	/** The furthest position of which the relay ever told this device (rule 12). */
	async seen(): Promise<Position | undefined> {
		return this.#db.transact([SEEN], 'readonly', (transaction) =>
			valueOf(transaction.objectStore(SEEN).get('position') as IDBRequest<Position | undefined>)
		);
	}

	/** Remembers `position` when it is further than what was seen; `replace` after a restore was healed. */
	async see(position: Position, replace = false): Promise<void> {
		await this.#change([SEEN], async (transaction) => {
			if (replace) transaction.objectStore(SEEN).put(position, 'position');
			else await keepSeen(transaction, position);
		});
	}

	/** Reads from the disk what all tabs have left there; calls while one runs share the next run. */
	refresh(): Promise<void> {
		this.#isStale = true;
		this.#refreshing ??= this.#refresh().finally(() => {
			this.#refreshing = undefined;
		});
		return this.#refreshing;
	}

	/** Waits for writes on their way and lets go of the disk. */
	async close(): Promise<void> {
		this.#isClosed = true;
		clearTimeout(this.#retry);
		await this.#writing;
		// What the disk refused gets its last chance here.
		this.#write();
		await this.#writing;
		await this.#refreshing;
		this.#channel.close();
		await this.#db.close();
	}

	async #refresh(): Promise<void> {
		while (this.#isStale && !this.#isClosed) {
			this.#isStale = false;
			try {
				await this.#read();
			} catch (cause) {
				this.#failure.set(toStorageError(cause).failure);
			}
		}
	}

	async #read(): Promise<void> {
		await this.#db.transact([ROWS, REFUSED], 'readonly', async (transaction) => {
			const store = transaction.objectStore(ROWS);
			const keys = (await valueOf(store.getAllKeys())) as OutboxKey[];
			// Whole rows only where nothing else says when they were typed: an import of 10,000 stays on the disk.
			const dated = await Promise.all(
				this.#tally.undated(keys).map((key) => valueOf(store.get(key) as IDBRequest<OutboxRow>))
			);
			const refused = await allOf<OutboxRow>(transaction, REFUSED);
			this.#tally.read(keys, dated, refused);
		});
		this.#count();
	}

	/** Writes all that is unstored in one strict transaction, again and again until nothing is left. */
	#write(): void {
		if (this.#isWriting) return;
		this.#isWriting = true;
		this.#writing = this.#writeAll();
	}

	async #writeAll(): Promise<void> {
		for (let batch = this.#tally.held(); batch.length > 0; batch = this.#tally.held()) {
			try {
				await this.#change([ROWS], (transaction) => {
					for (const { row } of batch) transaction.objectStore(ROWS).put(row);
				});
				await this.#confirm(batch);
			} catch (cause) {
				for (const { failed } of batch) failed(toStorageError(cause));
				// What came meanwhile deserves its own try.
				if (this.#tally.held().length > batch.length) continue;
				// Here, not in a `finally` behind it: whoever hears of the failure may append in the same turn.
				this.#isWriting = false;
				this.#retryLater();
				return;
			}
			this.#tell();
		}
		this.#isWriting = false;
	}

	async #confirm(batch: readonly Unstored[]): Promise<void> {
		const late: OutboxKey[] = [];
		for (const { row, stored } of batch) {
			// Saved by the relay while the disk was writing: the row must go again.
			if (!this.#tally.store(row)) late.push(keyOf(row));
			stored();
		}
		if (late.length === 0) return;
		await this.#change([ROWS], (transaction) => {
			for (const key of late) transaction.objectStore(ROWS).delete(key);
		});
	}

	#retryLater(): void {
		if (this.#isClosed) return;
		clearTimeout(this.#retry);
		this.#retry = setTimeout(() => this.#write(), RETRY_MS);
	}

	async #change<T>(
		stores: readonly string[],
		work: (transaction: IDBTransaction) => T | Promise<T>,
		durability: IDBTransactionDurability = 'strict'
	): Promise<T> {
		try {
			const value = await this.#db.transact(stores, 'readwrite', work, durability);
			this.#failure.set(undefined);
			return value;
		} catch (cause) {
			this.#failure.set(toStorageError(cause).failure);
			throw cause;
		}
	}

	#tell(): void {
		this.#count();
		if (!this.#isClosed) this.#channel.postMessage('changed');
	}

	#count(): void {
		this.#waiting.set(this.#tally.count());
	}
}

/** Rows of a room, waiting and refused ones. */
const bothOf = async (transaction: IDBTransaction, room: RoomName): Promise<OutboxRow[]> => [
	...(await allOf<OutboxRow>(transaction, ROWS, rowsIn(room))),
	...(await allOf<OutboxRow>(transaction, REFUSED, rowsIn(room)))
];

async function noteDelivered(transaction: IDBTransaction, rows: readonly OutboxRow[]): Promise<void> {
	const store = transaction.objectStore(DELIVERED);
	const since = new Map<RoomName, number>();
	for (const { room, at, away } of rows) if (away) since.set(room, Math.min(at, since.get(room) ?? at));
	for (const [room, at] of since) {
		const before = await valueOf(store.get(room) as IDBRequest<Delivered | undefined>);
		store.put({ room, since: Math.min(at, before?.since ?? at) } satisfies Delivered);
	}
}

async function keepSeen(transaction: IDBTransaction, position: Position): Promise<void> {
	const store = transaction.objectStore(SEEN);
	const before = await valueOf(store.get('position') as IDBRequest<Position | undefined>);
	if (isAfter(position, before)) store.put(position, 'position');
}
