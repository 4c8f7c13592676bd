import type { RoomName } from '#core/model/id.ts';
import type { RefusalReason } from '#core/protocol/refusal.ts';

/** One edit that the relay has not acknowledged. Its key is [room, writer, n]. */
export type OutboxRow = {
	room: RoomName;
	/** The opened document that wrote it; '' for rows that nobody but the drain sends. */
	writer: string;
	n: number;
	update: Uint8Array;
	/** Milliseconds since the epoch. */
	at: number;
	/** Written, or left waiting, while there was no contact: the merge receipt will tell of it. */
	away: boolean;
	/** The relay said no for this reason; kept, shown, and not sent again by itself. */
	refused?: RefusalReason;
};

/** Room, writer and number of one edit. */
export type OutboxKey = [RoomName, string, number];

/** A room whose edits went out after a time without contact, and the first of those edits' time. */
export type Delivered = { room: RoomName; since: number };

export const keyOf = (row: OutboxRow): OutboxKey => [row.room, row.writer, row.n];

/** All rows of a room; an array sorts after every string and number. */
export const rowsIn = (room: RoomName): IDBKeyRange => IDBKeyRange.bound([room], [room, []]);

/** Oldest first, and of one moment as they were numbered. */
export const byAge = (a: OutboxRow, b: OutboxRow): number => a.at - b.at || a.n - b.n;
