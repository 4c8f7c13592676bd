import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { newId, type MemberId } from '#core/model/id.ts';
import type { Directory, DirectoryMember } from '#core/protocol/messages.ts';
import { hashSecret } from '../data-dir/token.ts';

/** What came of a device's wish for a session; `token` goes into its cookie and is kept nowhere else. */
export type SignIn = { state: 'in'; member: MemberId; token: string } | { state: 'memberTaken' };

/** Sessions of one member kept at most: the oldest end first. */
const SESSIONS_KEPT = 50;

const SCHEMA = `
	PRAGMA journal_mode = WAL;
	PRAGMA synchronous = NORMAL;
	CREATE TABLE IF NOT EXISTS members (
		id TEXT PRIMARY KEY, name TEXT NOT NULL, secret BLOB, created INTEGER NOT NULL
	) STRICT;
	CREATE TABLE IF NOT EXISTS sessions (
		token BLOB PRIMARY KEY, member TEXT NOT NULL REFERENCES members (id), created INTEGER NOT NULL
	) STRICT;
	CREATE INDEX IF NOT EXISTS sessions_of_member ON sessions (member, created);
	CREATE TABLE IF NOT EXISTS directory (version INTEGER NOT NULL) STRICT;
	INSERT INTO directory SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM directory);
`;

/**
 * Members and their sessions in DATA_DIR/members.db. Secrets are kept as hashes (they are 32 random bytes, so
 * a plain hash is enough). Not synced to disk on each write: a device whose registration is lost with the power
 * registers again with the same secret.
 */
export class Members {
	readonly #db: DatabaseSync;
	#directory: Directory;
	/** Called when somebody came or was renamed. */
	onChange: (directory: Directory, member: MemberId) => void = () => undefined;
	/** The member in whose name scripts with the token write. */
	readonly script: MemberId;

	constructor(dataDir: string) {
		this.#db = new DatabaseSync(join(dataDir, 'members.db'), { timeout: 1_000 });
		this.#db.exec(SCHEMA);
		this.script = this.#ensureScript();
		this.#directory = this.#readDirectory();
	}

	get directory(): Directory {
		return this.#directory;
	}

	nameOf(member: MemberId): string {
		return this.#directory.members.find(({ id }) => id === member)?.name ?? '';
	}

	/** Registers the member on first use; afterwards only the same secret comes in. `name` is already cleaned. */
	signIn(member: MemberId, name: string, secret: string): SignIn {
		const hash = hashSecret(secret);
		const known = this.#db.prepare('SELECT name, secret FROM members WHERE id = ?').get(member);
		if (!known)
			this.#db.prepare('INSERT INTO members VALUES (?, ?, ?, ?)').run(member, name, hash, Date.now());
		else if (!(known.secret instanceof Uint8Array) || !hash.equals(known.secret))
			return { state: 'memberTaken' };
		else if (known.name !== name)
			this.#db.prepare('UPDATE members SET name = ? WHERE id = ?').run(name, member);
		if (known?.name !== name) this.#announce(member);
		return { state: 'in', member, token: this.#startSession(member) };
	}

	/** Whose session this is; undefined for one that never was or has ended. */
	memberOfSession(token: string): MemberId | undefined {
		const row = this.#db.prepare('SELECT member FROM sessions WHERE token = ?').get(hashSecret(token));
		return row?.member as MemberId | undefined;
	}

	close(): void {
		this.#db.close();
	}

	#startSession(member: MemberId): string {
		const token = randomBytes(32).toString('base64url');
		this.#db.prepare('INSERT INTO sessions VALUES (?, ?, ?)').run(hashSecret(token), member, Date.now());
		this.#db
			.prepare(
				`DELETE FROM sessions WHERE member = ? AND token NOT IN
				 (SELECT token FROM sessions WHERE member = ? ORDER BY created DESC, rowid DESC LIMIT ${SESSIONS_KEPT})`
			)
			.run(member, member);
		return token;
	}

	/** The one member without a secret: nobody can sign in as it. */
	#ensureScript(): MemberId {
		const known = this.#db.prepare('SELECT id FROM members WHERE secret IS NULL').get();
		if (known) return known.id as MemberId;
		const id = newId<MemberId>();
		this.#db.prepare('INSERT INTO members VALUES (?, ?, NULL, ?)').run(id, 'Script', Date.now());
		return id;
	}

	#announce(member: MemberId): void {
		this.#db.exec('UPDATE directory SET version = version + 1');
		this.#directory = this.#readDirectory();
		this.onChange(this.#directory, member);
	}

	#readDirectory(): Directory {
		const version = Number(this.#db.prepare('SELECT version FROM directory').get()?.version);
		const rows = this.#db.prepare('SELECT id, name FROM members ORDER BY id').all();
		return { version, members: rows.map(({ id, name }) => ({ id, name }) as DirectoryMember) };
	}
}
