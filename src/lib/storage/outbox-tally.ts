import type { RoomName } from '#core/model/id.ts';
import type { RefusalReason } from '#core/protocol/refusal.ts';
import { keyOf, type OutboxKey, type OutboxRow } from './outbox-row.ts';

/** What is not yet saved, over all tabs. */
export type Waiting = {
	/** Edits as the relay counts them: each keystroke is one. */
	total: number;
	/** Per room, changes as a person counts them: what was written in one go is one. */
	rooms: ReadonlyMap<RoomName, number>;
	/** The sum of `rooms`. */
	changes: number;
	refused: ReadonlyMap<RoomName, RefusalReason>;
};

/** Edits of one tab in one room that follow each other within this many milliseconds were made in one go. */
const PAUSE_MS = 3_000;

/** When an edit was made; `undefined` for those that nobody typed: each is a change of its own. */
type Stored = { key: OutboxKey; at: number | undefined };

const idOf = (key: OutboxKey): string => key.join(' ');

/** Bytes that IndexedDB has not confirmed; they are all there is of an edit. */
export type Unstored = { row: OutboxRow; stored: () => void; failed: (cause: unknown) => void };

/** Which edits are where: on the disk, refused, or only in this tab's memory. Keys alone, except of the last. */
export class OutboxTally {
	readonly #stored = new Map<string, Stored>();
	readonly #refused = new Map<string, { key: OutboxKey; reason: RefusalReason }>();
	readonly #unstored = new Map<string, Unstored>();

	/** Those of `keys` of which only the row on the disk says when they were typed. */
	undated(keys: readonly OutboxKey[]): OutboxKey[] {
		return keys.filter((key) => key[1] !== '' && !this.#stored.has(idOf(key)));
	}

	/** What the disk says, of all tabs; `dated` are the rows of the keys that were `undated`. */
	read(keys: readonly OutboxKey[], dated: readonly OutboxRow[], refused: readonly OutboxRow[]): void {
		const times = new Map([...this.#stored].map(([id, { at }]) => [id, at]));
		for (const row of dated) times.set(idOf(keyOf(row)), row.at);
		this.#stored.clear();
		for (const key of keys) this.#stored.set(idOf(key), { key, at: times.get(idOf(key)) });
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
		this.add(row);
		return true;
	}

	add(row: OutboxRow): void {
		const key = keyOf(row);
		this.#stored.set(idOf(key), { key, at: row.writer === '' ? undefined : row.at });
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
		return new Set([...this.#stored.values()].filter(({ key }) => key[1] !== '').map(({ key }) => key[0]));
	}

	count(): Waiting {
		const rooms = new Map<RoomName, number>();
		const last = new Map<string, number>();
		let changes = 0;
		const count = ({ key: [room, writer], at }: Stored): void => {
			const tab = `${room} ${writer}`;
			const before = last.get(tab);
			if (at !== undefined) last.set(tab, at);
			if (at !== undefined && before !== undefined && Math.abs(at - before) <= PAUSE_MS) return;
			rooms.set(room, (rooms.get(room) ?? 0) + 1);
			changes++;
		};
		for (const stored of this.#stored.values()) count(stored);
		let total = this.#stored.size;
		for (const [id, { row }] of this.#unstored) {
			if (this.#stored.has(id)) continue;
			count({ key: keyOf(row), at: row.writer === '' ? undefined : row.at });
			total++;
		}
		const refused = new Map<RoomName, RefusalReason>();
		for (const { key, reason } of this.#refused.values()) refused.set(key[0], reason);
		return { total, rooms, changes, refused };
	}
}
