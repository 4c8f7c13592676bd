import type { RoomName } from '#core/model/id.ts';
import type { RefusalReason } from '#core/protocol/refusal.ts';
import { keyOf, type OutboxKey, type OutboxRow } from './outbox-row.ts';

/** What is not yet saved, over all tabs. */
export type Waiting = {
	total: number;
	rooms: ReadonlyMap<RoomName, number>;
	refused: ReadonlyMap<RoomName, RefusalReason>;
};

const idOf = (key: OutboxKey): string => key.join(' ');

/** Bytes that IndexedDB has not confirmed; they are all there is of an edit. */
export type Unstored = { row: OutboxRow; stored: () => void; failed: (cause: unknown) => void };

/** Which edits are where: on the disk, refused, or only in this tab's memory. Keys alone, except of the last. */
export class OutboxTally {
	readonly #stored = new Map<string, OutboxKey>();
	readonly #refused = new Map<string, { key: OutboxKey; reason: RefusalReason }>();
	readonly #unstored = new Map<string, Unstored>();

	/** What the disk says, of all tabs. */
	read(keys: readonly OutboxKey[], refused: readonly OutboxRow[]): void {
		this.#stored.clear();
		for (const key of keys) this.#stored.set(idOf(key), key);
		this.#refused.clear();
		for (const row of refused)
			if (row.refused) this.#refused.set(idOf(keyOf(row)), { key: keyOf(row), reason: row.refused });
	}

	/** An edit that is not on the disk yet. */
	hold(unstored: Unstored): void {
		this.#unstored.set(idOf(keyOf(unstored.row)), unstored);
	}

	/** Everything that is in memory only. */
	held(): Unstored[] {
		return [...this.#unstored.values()];
	}

	/** It is on the disk. False when it was dropped meanwhile. */
	store(row: OutboxRow): boolean {
		const id = idOf(keyOf(row));
		if (!this.#unstored.delete(id)) return false;
		this.#stored.set(id, keyOf(row));
		return true;
	}

	add(key: OutboxKey): void {
		this.#stored.set(idOf(key), key);
	}

	/** It is gone from the disk. */
	drop(key: OutboxKey): void {
		this.#stored.delete(idOf(key));
		this.#refused.delete(idOf(key));
	}

	/** Takes it out of the memory; undefined when it was not there. */
	release(key: OutboxKey): Unstored | undefined {
		const unstored = this.#unstored.get(idOf(key));
		this.#unstored.delete(idOf(key));
		return unstored;
	}

	refuse(key: OutboxKey, reason: RefusalReason): void {
		if (this.#stored.delete(idOf(key))) this.#refused.set(idOf(key), { key, reason });
	}

	/** Rooms with edits on the disk that an open document wrote. */
	writtenRooms(): Set<RoomName> {
		return new Set([...this.#stored.values()].filter(([, writer]) => writer !== '').map(([room]) => room));
	}

	count(): Waiting {
		const rooms = new Map<RoomName, number>();
		const count = (room: RoomName): Map<RoomName, number> => rooms.set(room, (rooms.get(room) ?? 0) + 1);
		for (const [room] of this.#stored.values()) count(room);
		let total = this.#stored.size;
		for (const [id, { row }] of this.#unstored) {
			if (this.#stored.has(id)) continue;
			count(row.room);
			total++;
		}
		const refused = new Map<RoomName, RefusalReason>();
		for (const { key, reason } of this.#refused.values()) refused.set(key[0], reason);
		return { total, rooms, refused };
	}
}
