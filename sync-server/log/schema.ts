import { DatabaseSync } from 'node:sqlite';

const VERSION = 1;

/**
 * The update log. `rooms` has one line per room with what is needed to find its content; `updates` is the tail
 * that no compaction has taken yet; `bases` the compacted content; `archive` the rows that compaction replaced,
 * compressed, so that any past state can be shown (rule 11).
 *
 * Rows of a room are a chain: `rooms.head` names the newest, `updates.prev` the one before. An index by room would make
 * each commit write a page for every room in it; this way rows of all rooms go to the end of one table.
 */
const SCHEMA = `
CREATE TABLE IF NOT EXISTS incarnations (
	id TEXT PRIMARY KEY,
	first_seq INTEGER NOT NULL,
	at INTEGER NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS rooms (
	id INTEGER PRIMARY KEY,
	name TEXT NOT NULL UNIQUE,
	head INTEGER NOT NULL,
	base INTEGER NOT NULL DEFAULT 0,
	tail_rows INTEGER NOT NULL DEFAULT 0,
	tail_bytes INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX IF NOT EXISTS rooms_by_head ON rooms (head);
CREATE TABLE IF NOT EXISTS updates (
	seq INTEGER PRIMARY KEY,
	room INTEGER NOT NULL,
	prev INTEGER NOT NULL,
	member TEXT NOT NULL,
	at INTEGER NOT NULL,
	ranges BLOB NOT NULL,
	bytes BLOB NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS bases (
	room INTEGER PRIMARY KEY,
	seq INTEGER NOT NULL,
	state_vector BLOB NOT NULL,
	bytes BLOB NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS archive (
	room INTEGER NOT NULL,
	upto INTEGER NOT NULL,
	bytes BLOB NOT NULL,
	PRIMARY KEY (room, upto)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS owners (
	room INTEGER NOT NULL,
	client INTEGER NOT NULL,
	member TEXT NOT NULL,
	PRIMARY KEY (room, client)
) STRICT, WITHOUT ROWID;
`;

/**
 * Reads of a room's chain, newest first inside, down to but not including the second parameter; `:room` is its line's id.
 * Compacted rows are gone, so the chain ends there by itself.
 */
export const CHAIN = `WITH RECURSIVE chain (seq) AS (
	SELECT head FROM rooms WHERE id = :room AND head > :after
	UNION ALL
	SELECT prev FROM chain JOIN updates USING (seq) WHERE prev > :after
)`;

/** Nobody else writes, but somebody may look at the file or copy it with SQLite's own tools. */
const PATIENCE_MS = 2000;

/** Opens the log for the one writer. Every commit reaches the disk before it returns (synchronous=FULL). */
export function openForWriting(path: string): DatabaseSync {
	const db = new DatabaseSync(path, { timeout: PATIENCE_MS });
	db.exec('PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA wal_autocheckpoint=2000;');
	const { user_version: version } = db.prepare('PRAGMA user_version').get() ?? {};
	const isNew = db.prepare('SELECT 1 FROM sqlite_schema').get() === undefined;
	if (!isNew && version !== VERSION)
		throw new Error(`${path} has version ${String(version)} of the log, this relay knows ${VERSION} only`);
	db.exec(`PRAGMA user_version=${VERSION};`);
	db.exec(SCHEMA);
	return db;
}

/** Opens the log for a reader, which sees every committed row. */
export function openForReading(path: string): DatabaseSync {
	const db = new DatabaseSync(path, { readOnly: true, timeout: PATIENCE_MS });
	return db;
}
