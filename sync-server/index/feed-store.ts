import { hash, randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import type { RoomName } from '#core/model/id.ts';
import type { Row } from '#core/documents/row.ts';
import type { Position } from '#core/protocol/messages.ts';

/**
 * `json` NULL is a row that is gone: its tombstone stays, so that a device that was away hears of it. `print` is the hash of
 * the row without its `seq`, by which a row is known to be unchanged.
 */
const SCHEMA = `
	PRAGMA journal_mode = WAL;
	PRAGMA synchronous = NORMAL;
	CREATE TABLE IF NOT EXISTS meta (
		only_one INTEGER PRIMARY KEY CHECK (only_one = 1),
		version INTEGER NOT NULL,
		incarnation TEXT NOT NULL,
		log_incarnation TEXT NOT NULL,
		log_seq INTEGER NOT NULL
	) STRICT;
	CREATE TABLE IF NOT EXISTS rows (
		id TEXT PRIMARY KEY, room TEXT NOT NULL, feed INTEGER NOT NULL, print TEXT NOT NULL, json TEXT
	) STRICT;
	CREATE UNIQUE INDEX IF NOT EXISTS rows_by_feed ON rows (feed);
	CREATE INDEX IF NOT EXISTS rows_by_room ON rows (room);
`;

/** A step of the feed as JSON texts of rows; `gone` are ids. */
export type FeedStep = { after: Position; position: Position; rows: string[]; gone: string[] };
export type StoredPage = {
	position: Position;
	reset: boolean;
	more: boolean;
	rows: string[];
	gone: string[];
};

/**
 * The index feed in DATA_DIR/index.db: every row with the number of its last change. All of it is derived, so it is
 * thrown away whenever it does not fit: another version of the projection, or a log that it does not stem from.
 */
export class FeedStore {
	readonly #db: DatabaseSync;
	readonly #sql;
	readonly #version: number;
	#incarnation = '';
	#head = 0;

	/** Opens the database; `fresh` throws away what is there, because it turned out to be damaged. */
	constructor(path: string, version: number, fresh: boolean) {
		this.#version = version;
		this.#db = open(path, fresh);
		this.#sql = {
			ofRoom: this.#db.prepare('SELECT id, print FROM rows WHERE room = ? AND json IS NOT NULL'),
			roomOf: this.#db.prepare('SELECT room FROM rows WHERE id = ? AND json IS NOT NULL'),
			put: this.#db.prepare(
				'INSERT OR REPLACE INTO rows (id, room, feed, print, json) VALUES (?, ?, ?, ?, ?)'
			),
			page: this.#db.prepare('SELECT id, feed, json FROM rows WHERE feed > ? ORDER BY feed LIMIT ?'),
			live: this.#db.prepare(
				'SELECT id, feed, json FROM rows WHERE feed > ? AND json IS NOT NULL ORDER BY feed LIMIT ?'
			),
			follow: this.#db.prepare('UPDATE meta SET log_incarnation = ?, log_seq = ?')
		};
		const meta = this.#db.prepare('SELECT version, incarnation FROM meta').get();
		this.#incarnation = String(meta?.incarnation ?? '');
		this.#head = Number(this.#db.prepare('SELECT coalesce(max(feed), 0) AS head FROM rows').get()?.head);
		if (meta?.version !== version) this.reset({ incarnation: '', seq: 0 });
	}

	get position(): Position {
		return { incarnation: this.#incarnation, seq: this.#head };
	}

	/** How far the log is in here. */
	get logPosition(): Position {
		const meta = this.#db.prepare('SELECT log_incarnation, log_seq FROM meta').get();
		return { incarnation: String(meta?.log_incarnation), seq: Number(meta?.log_seq) };
	}

	/** Begins anew, under a new incarnation, from the start of the log. */
	reset(log: Position): void {
		this.#db.exec('BEGIN; DELETE FROM rows; DELETE FROM meta;');
		this.#incarnation = randomBytes(16).toString('base64url');
		this.#head = 0;
		this.#db
			.prepare('INSERT INTO meta VALUES (1, ?, ?, ?, ?)')
			.run(this.#version, this.#incarnation, log.incarnation, log.seq);
		this.#db.exec('COMMIT');
	}

	/** Runs `write` in one transaction and then notes how far the log has been taken in. */
	transact<T>(write: () => T, logAfter: () => Position): T {
		const head = this.#head;
		this.#db.exec('BEGIN IMMEDIATE');
		try {
			const result = write();
			const { incarnation, seq } = logAfter();
			this.#sql.follow.run(incarnation, seq);
			this.#db.exec('COMMIT');
			return result;
		} catch (error) {
			if (this.#db.isTransaction) this.#db.exec('ROLLBACK');
			this.#head = head;
			throw error;
		}
	}

	/**
	 * Puts a room's new rows in place of its old ones, inside `transact`. Only rows that differ get a new number,
	 * except the party's own: its `seq` tells devices how far the room is projected (rule 26). An id that stands in
	 * another room already stays there.
	 */
	replaceRoom(room: RoomName, rows: readonly Row[]): { rows: string[]; gone: string[] } {
		const old = new Map(this.#sql.ofRoom.all(room).map(({ id, print }) => [String(id), String(print)]));
		const changed: string[] = [];
		for (const row of rows) {
			const known = old.get(row.id);
			old.delete(row.id);
			if (known === undefined && this.#sql.roomOf.get(row.id)) continue;
			const print = hash('sha1', JSON.stringify({ ...row, seq: 0 }), 'base64');
			if (known === print && row.kind !== 'party') continue;
			const json = JSON.stringify(row);
			this.#sql.put.run(row.id, room, ++this.#head, print, json);
			changed.push(json);
		}
		for (const id of old.keys()) this.#sql.put.run(id, room, ++this.#head, '', null);
		return { rows: changed, gone: [...old.keys()] };
	}

	/** Rows after a device's position; all of them when the position is none of ours. */
	page(known: Position | undefined, limit: number): StoredPage {
		const reset = known?.incarnation !== this.#incarnation || known.seq > this.#head;
		const since = reset ? 0 : known.seq;
		// A device that has nothing needs no tombstones.
		const found = (since === 0 ? this.#sql.live : this.#sql.page).all(since, limit + 1);
		const more = found.length > limit;
		const page = more ? found.slice(0, limit) : found;
		const seq = more ? Number(page.at(-1)?.feed) : this.#head;
		return {
			position: { incarnation: this.#incarnation, seq },
			reset,
			more,
			rows: page.flatMap(({ json }) => (typeof json === 'string' ? json : [])),
			gone: page.flatMap(({ id, json }) => (json === null ? String(id) : []))
		};
	}

	close(): void {
		this.#db.close();
	}
}

function open(path: string, fresh: boolean): DatabaseSync {
	if (fresh) for (const end of ['', '-wal', '-shm']) rmSync(path + end, { force: true });
	const db = new DatabaseSync(path, { timeout: 1_000 });
	try {
		db.exec(SCHEMA);
		return db;
	} catch (error) {
		db.close();
		throw error;
	}
}

/** SQLite's words for a damaged file: SQLITE_CORRUPT, SQLITE_NOTADB; or one with other tables (SQLITE_ERROR). */
export const isDamage = (error: unknown): boolean =>
	error instanceof Error && 'errcode' in error && [1, 11, 26].includes(Number(error.errcode) & 0xff);
