import type { DatabaseSync } from 'node:sqlite';
import * as Y from 'yjs';
import type { MemberId, RoomName } from '#core/model/id.ts';
import type { Position } from '#core/protocol/messages.ts';
import { packRows, unpackRows, type LogRow } from './archive.ts';
import { loadDocument } from './load-document.ts';
import type { Compaction } from './log.ts';
import { decodeRanges, type ClockRange } from './ranges.ts';
import { CHAIN, openForReading } from './schema.ts';

/** A room's content as the log has it. `seq` 0 and no updates: the room was never written. */
export type Content = { seq: number; updates: Uint8Array[]; stateVector: Uint8Array };
export type RoomHead = { room: RoomName; seq: number };
export type HistoryRow = { seq: number; at: number; member: MemberId; ranges: ClockRange[]; bytes: number };

/** The reading side of the update log: synchronous, for threads that may take their time. Throws when a read fails. */
export class ReadLog {
	readonly #db: DatabaseSync;
	readonly #sql;

	constructor(path: string) {
		const db = openForReading(path);
		this.#db = db;
		this.#sql = {
			room: db.prepare('SELECT id, head, base, tail_rows FROM rooms WHERE name = ?'),
			base: db.prepare('SELECT seq, state_vector, bytes FROM bases WHERE room = ?'),
			tail: db.prepare(`${CHAIN} SELECT seq, ranges, bytes FROM chain JOIN updates USING (seq) ORDER BY seq`),
			rows: db.prepare(
				`${CHAIN} SELECT seq, member, at, ranges, bytes FROM chain JOIN updates USING (seq) ORDER BY seq`
			),
			changed: db.prepare('SELECT name, head FROM rooms WHERE head > ? ORDER BY head LIMIT ?'),
			newest: db.prepare('SELECT name, head FROM rooms WHERE head > ? ORDER BY head DESC'),
			archive: db.prepare('SELECT bytes FROM archive WHERE room = ? ORDER BY upto'),
			archiveBackwards: db.prepare('SELECT bytes FROM archive WHERE room = ? ORDER BY upto DESC'),
			incarnation: db.prepare('SELECT first_seq FROM incarnations WHERE id = ?'),
			next: db.prepare('SELECT min(first_seq) AS first_seq FROM incarnations WHERE first_seq > ?'),
			head: db.prepare(
				`SELECT max((SELECT coalesce(max(head), 0) FROM rooms),
					(SELECT coalesce(max(first_seq), 1) - 1 FROM incarnations)) AS head`
			)
		};
	}

	/** Everything the room consists of; a consistent snapshot. */
	content(room: RoomName): Content {
		return this.#snapshot(() => {
			const line = this.#sql.room.get(room);
			if (!line) return { seq: 0, updates: [], stateVector: Y.encodeStateVector(new Map()) };
			const base = this.#sql.base.get(line.id as number);
			const tail = this.#sql.tail.all({ room: line.id as number, after: line.base as number });
			if (tail.length !== line.tail_rows || (line.base === 0) !== (base === undefined))
				throw new Error(`rows of ${room} are missing`);
			const clocks = base ? Y.decodeStateVector(base.state_vector as Uint8Array) : new Map<number, number>();
			for (const row of tail)
				for (const { client, to } of decodeRanges(row.ranges as Uint8Array))
					clocks.set(client, Math.max(clocks.get(client) ?? 0, to));
			const updates = tail.map((row) => row.bytes as Uint8Array);
			if (base) updates.unshift(base.bytes as Uint8Array);
			return { seq: line.head as number, updates, stateVector: Y.encodeStateVector(clocks) };
		});
	}

	/** The room's newest sequence number, 0 when it was never written. */
	roomHead(room: RoomName): number {
		return (this.#sql.room.get(room)?.head as number | undefined) ?? 0;
	}

	/** Updates after `seq`; the whole content when compaction has swallowed part of them. */
	updatesAfter(room: RoomName, seq: number): { seq: number; updates: Uint8Array[] } {
		return this.#snapshot(() => {
			const line = this.#sql.room.get(room);
			if (!line) return { seq: 0, updates: [] };
			if ((line.base as number) > seq) {
				const { updates, seq: head } = this.content(room);
				return { seq: head, updates };
			}
			const rows = this.#sql.tail.all({ room: line.id as number, after: seq });
			return { seq: line.head as number, updates: rows.map((row) => row.bytes as Uint8Array) };
		});
	}

	/** Rooms changed after `seq`, oldest change first: what an index follows. */
	changedAfter(seq: number, limit: number): RoomHead[] {
		return this.#sql.changed.all(seq, limit).map(toHead);
	}

	/** All rooms changed after `seq`, newest change first: the order in which a device wants them. */
	newestAfter(seq: number): RoomHead[] {
		return this.#sql.newest.all(seq).map(toHead);
	}

	head(): number {
		return Number(this.#sql.head.get()?.head ?? 0);
	}

	/** True when this very log has reached `position`: its incarnation is known and lasted that long (rule 12). */
	covers({ incarnation, seq }: Position): boolean {
		const own = this.#sql.incarnation.get(incarnation);
		if (!own) return false;
		const first = own.first_seq as number;
		const next = this.#sql.next.get(first)?.first_seq;
		const last = typeof next === 'number' ? next - 1 : this.head();
		return seq >= first - 1 && seq <= last;
	}

	/** Rows of a room, newest first, compacted ones too; `before` is exclusive. */
	history(room: RoomName, before: number, limit: number): HistoryRow[] {
		return this.#newestRows(room, before, limit).map(({ seq, at, member, ranges, bytes }) => ({
			seq,
			at,
			member,
			ranges: decodeRanges(ranges),
			bytes: bytes.length
		}));
	}

	/** The room's state as it was at `seq`, as one update; undefined when it did not exist then. */
	stateAt(room: RoomName, seq: number): Uint8Array | undefined {
		const rows = this.#allRows(room).filter((row) => row.seq <= seq);
		if (rows.length === 0) return undefined;
		// Deleted content is wanted here, so nothing is collected; the document lives for this one answer.
		const doc = loadDocument(
			rows.map(({ bytes }) => bytes),
			{ gc: false }
		);
		const state = Y.encodeStateAsUpdate(doc);
		doc.destroy();
		return state;
	}

	/** Builds what compaction puts in place of the room's rows; undefined when there is nothing to gain. */
	buildCompaction(room: RoomName): Compaction | undefined {
		const { line, base, rows } = this.#snapshot(() => {
			const found = this.#sql.room.get(room);
			if (!found) return { line: undefined, base: undefined, rows: [] };
			return { line: found, base: this.#sql.base.get(found.id as number), rows: this.#tailRows(found) };
		});
		const last = rows.at(-1);
		if (!line || !last) return undefined;
		const tail = rows.map(({ bytes }) => bytes);
		const doc = loadDocument(base ? [base.bytes as Uint8Array, ...tail] : tail);
		if (doc.store.pendingStructs || doc.store.pendingDs) throw new Error(`the log of ${room} has a gap`);
		const compaction = {
			room,
			upTo: last.seq,
			expectedBase: line.base as number,
			bytes: Y.encodeStateAsUpdate(doc),
			stateVector: Y.encodeStateVector(doc),
			archive: packRows(rows)
		};
		doc.destroy();
		return compaction;
	}

	close(): void {
		this.#db.close();
	}

	/** Unpacks no more of the archive than it needs. */
	#newestRows(room: RoomName, before: number, limit: number): LogRow[] {
		return this.#snapshot(() => {
			const line = this.#sql.room.get(room);
			if (!line) return [];
			const isOlder = (row: LogRow): boolean => row.seq < before;
			const newest = this.#tailRows(line).filter(isOlder).reverse();
			if (newest.length < limit)
				for (const { bytes } of this.#sql.archiveBackwards.iterate(line.id as number)) {
					newest.push(
						...unpackRows(bytes as Uint8Array)
							.filter(isOlder)
							.reverse()
					);
					if (newest.length >= limit) break;
				}
			return newest.slice(0, limit);
		});
	}

	#allRows(room: RoomName): LogRow[] {
		return this.#snapshot(() => {
			const line = this.#sql.room.get(room);
			if (!line) return [];
			const archived = this.#sql.archive
				.all(line.id as number)
				.flatMap((row) => unpackRows(row.bytes as Uint8Array));
			return [...archived, ...this.#tailRows(line)];
		});
	}

	/** The rows that no compaction has taken, oldest first. Throws when one is missing: it may hold an edit (rule 5). */
	#tailRows(line: SqlRow): LogRow[] {
		const rows = this.#sql.rows.all({ room: line.id as number, after: line.base as number }).map(toRow);
		if (rows.length !== line.tail_rows) throw new Error('rows of a room are missing');
		return rows;
	}

	/** Reads belong together: a commit or compaction in between must not be seen by half. */
	#snapshot<T>(read: () => T): T {
		if (this.#db.isTransaction) return read();
		this.#db.exec('BEGIN');
		try {
			return read();
		} finally {
			this.#db.exec('COMMIT');
		}
	}
}

type SqlRow = Record<string, unknown>;
const toHead = (row: SqlRow): RoomHead => ({ room: row.name as RoomName, seq: row.head as number });
const toRow = (row: SqlRow): LogRow => ({
	seq: row.seq as number,
	member: row.member as MemberId,
	at: row.at as number,
	ranges: row.ranges as Uint8Array,
	bytes: row.bytes as Uint8Array
});
