import { randomBytes } from 'node:crypto';
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { MemberId, RoomName } from '#core/model/id.ts';
import type { Position } from '#core/protocol/messages.ts';
import { encodeRanges, type ClockRange } from './ranges.ts';
import { CHAIN, openForWriting } from './schema.ts';

/** Content of a room built by the reader, ready to replace the rows it was built from. */
export type Compaction = {
	room: RoomName;
	upTo: number;
	/** The base it was built on; another one in the log means that somebody was faster. */
	expectedBase: number;
	bytes: Uint8Array;
	stateVector: Uint8Array;
	/** `packRows` of the rows after `expectedBase` up to `upTo`. */
	archive: Uint8Array;
};

export type RoomLine = {
	id: number;
	head: number;
	base: number;
	baseBytes: number;
	tailRows: number;
	tailBytes: number;
};
export type NewRow = { member: MemberId; at: number; ranges: ClockRange[]; bytes: Uint8Array };

/** The writing side of the update log: synchronous, used by the writer thread alone. */
export class Log {
	readonly #db: DatabaseSync;
	readonly #rooms = new Map<RoomName, RoomLine>();
	/** Lines that differ from the table until the commit. */
	readonly #changed = new Set<RoomLine>();
	readonly #sql: Record<
		'begin' | 'commit' | 'room' | 'addRoom' | 'setRoom' | 'append' | 'base' | 'tail' | 'owners' | 'own',
		StatementSync
	>;
	#head: number;
	readonly incarnation: string;

	/**
	 * Opens or creates the log at `path` and begins a new incarnation (rule 12). Throws when the disk refuses.
	 * `maxPages` makes the database full for tests.
	 */
	constructor(path: string, now: number, maxPages?: number) {
		const db = openForWriting(path);
		if (maxPages !== undefined) db.exec(`PRAGMA max_page_count=${Math.floor(maxPages)}`);
		this.#db = db;
		this.#sql = {
			// Prepared, because `exec` reads its text anew for every commit.
			begin: db.prepare('BEGIN IMMEDIATE'),
			commit: db.prepare('COMMIT'),
			room: db.prepare(
				`SELECT id, head, base, tail_rows, tail_bytes,
					(SELECT length(bytes) FROM bases WHERE room = rooms.id) AS base_bytes FROM rooms WHERE name = ?`
			),
			addRoom: db.prepare('INSERT INTO rooms (name, head) VALUES (?, 0)'),
			setRoom: db.prepare('UPDATE rooms SET head = ?, base = ?, tail_rows = ?, tail_bytes = ? WHERE id = ?'),
			append: db.prepare(
				'INSERT INTO updates (seq, room, prev, member, at, ranges, bytes) VALUES (?, ?, ?, ?, ?, ?, ?)'
			),
			base: db.prepare('SELECT bytes FROM bases WHERE room = ?'),
			tail: db.prepare(`${CHAIN} SELECT bytes FROM chain JOIN updates USING (seq) ORDER BY seq`),
			owners: db.prepare('SELECT client, member FROM owners WHERE room = ?'),
			own: db.prepare('INSERT INTO owners (room, client, member) VALUES (?, ?, ?) ON CONFLICT DO NOTHING')
		};
		const last = db
			.prepare(
				`SELECT max((SELECT coalesce(max(head), 0) FROM rooms),
					(SELECT coalesce(max(first_seq), 1) - 1 FROM incarnations)) AS head`
			)
			.get();
		this.#head = Number(last?.head ?? 0);
		this.incarnation = randomBytes(16).toString('base64url');
		db.prepare('INSERT INTO incarnations (id, first_seq, at) VALUES (?, ?, ?)').run(
			this.incarnation,
			this.#head + 1,
			now
		);
	}

	/** Where the log stands. */
	get position(): Position {
		return { incarnation: this.incarnation, seq: this.#head };
	}

	begin(): void {
		this.#sql.begin.run();
	}

	/** Durable when it returns. Throws when the disk refuses; then call `rollback`. */
	commit(): void {
		this.#writeLines();
		this.#sql.commit.run();
	}

	/** Takes back everything since `begin`, also what this object remembers of it. */
	rollback(): void {
		if (this.#db.isTransaction) this.#db.exec('ROLLBACK');
		this.#rooms.clear();
		this.#changed.clear();
		const row = this.#db.prepare('SELECT coalesce(max(head), 0) AS head FROM rooms').get();
		const first = this.#db.prepare('SELECT first_seq FROM incarnations WHERE id = ?').get(this.incarnation);
		this.#head = Math.max(Number(row?.head ?? 0), Number(first?.first_seq ?? 1) - 1);
	}

	/** The room's line, undefined for a room that was never written. */
	room(name: RoomName): RoomLine | undefined {
		const known = this.#rooms.get(name);
		if (known) return known;
		const row = this.#sql.room.get(name);
		if (!row) return undefined;
		const line = {
			id: Number(row.id),
			head: Number(row.head),
			base: Number(row.base),
			baseBytes: Number(row.base_bytes ?? 0),
			tailRows: Number(row.tail_rows),
			tailBytes: Number(row.tail_bytes)
		};
		// Bounded: lines are cheap to read again.
		if (this.#rooms.size > 20_000 && this.#changed.size === 0) this.#rooms.clear();
		this.#rooms.set(name, line);
		return line;
	}

	/** Adds a row inside the transaction; returns its sequence number. */
	append(name: RoomName, row: NewRow): number {
		const line = this.#lineFor(name);
		const seq = this.#head + 1;
		const { member, at, ranges, bytes } = row;
		this.#sql.append.run(seq, line.id, line.head, member, at, encodeRanges(ranges), bytes);
		this.#head = seq;
		line.head = seq;
		line.tailRows += 1;
		line.tailBytes += bytes.length;
		this.#changed.add(line);
		return seq;
	}

	/** All updates that make up the room's content, oldest first. Throws when one is missing. */
	content(name: RoomName): Uint8Array[] {
		const line = this.room(name);
		if (!line) return [];
		this.#writeLines();
		const base = this.#sql.base.get(line.id);
		const rows = this.#sql.tail.all({ room: line.id, after: line.base });
		if (rows.length !== line.tailRows) throw new Error(`rows of ${name} are missing`);
		const tail = rows.map((row) => row.bytes as Uint8Array);
		return base ? [base.bytes as Uint8Array, ...tail] : tail;
	}

	/** Whose Yjs client ids these are, in this room. */
	owners(name: RoomName): Map<number, MemberId> {
		const line = this.room(name);
		if (!line) return new Map();
		return new Map(this.#sql.owners.all(line.id).map((row) => [Number(row.client), row.member as MemberId]));
	}

	/** Records an owner inside the transaction. */
	own(name: RoomName, client: number, member: MemberId): void {
		this.#sql.own.run(this.#lineFor(name).id, client, member);
	}

	/**
	 * Replaces rows by their compacted content, in a transaction of its own; false when the base is another one by now
	 * (compare-and-set). Throws when the disk refuses, and then nothing has changed.
	 */
	compact(compaction: Compaction, atStep: (step: string) => void): boolean {
		const line = this.room(compaction.room);
		if (!line || line.base !== compaction.expectedBase) return false;
		this.begin();
		try {
			const upTo = { room: line.id, after: line.base, upTo: compaction.upTo };
			const replaced = this.#db
				.prepare(
					`${CHAIN} SELECT count(*) AS n, total(length(bytes)) AS bytes
						FROM chain JOIN updates USING (seq) WHERE seq <= :upTo`
				)
				.get(upTo);
			this.#db
				.prepare('INSERT OR REPLACE INTO bases (room, seq, state_vector, bytes) VALUES (?, ?, ?, ?)')
				.run(line.id, compaction.upTo, compaction.stateVector, compaction.bytes);
			this.#db
				.prepare('INSERT INTO archive (room, upto, bytes) VALUES (?, ?, ?)')
				.run(line.id, compaction.upTo, compaction.archive);
			atStep('inCompaction');
			this.#db
				.prepare(`${CHAIN} DELETE FROM updates WHERE seq IN (SELECT seq FROM chain WHERE seq <= :upTo)`)
				.run(upTo);
			const tailRows = line.tailRows - Number(replaced?.n ?? 0);
			const tailBytes = line.tailBytes - Number(replaced?.bytes ?? 0);
			this.#sql.setRoom.run(line.head, compaction.upTo, tailRows, tailBytes, line.id);
			this.commit();
			const baseBytes = compaction.bytes.length;
			this.#rooms.set(compaction.room, { ...line, base: compaction.upTo, baseBytes, tailRows, tailBytes });
			return true;
		} catch (error) {
			this.rollback();
			throw error;
		}
	}

	close(): void {
		this.#db.close();
	}

	/** Once for each room and commit, however many rows it got. */
	#writeLines(): void {
		for (const { id, head, base, tailRows, tailBytes } of this.#changed)
			this.#sql.setRoom.run(head, base, tailRows, tailBytes, id);
		this.#changed.clear();
	}

	#lineFor(name: RoomName): RoomLine {
		const known = this.room(name);
		if (known) return known;
		const { lastInsertRowid } = this.#sql.addRoom.run(name);
		const line = { id: Number(lastInsertRowid), head: 0, base: 0, baseBytes: 0, tailRows: 0, tailBytes: 0 };
		this.#rooms.set(name, line);
		return line;
	}
}
