import type { MemberId, WorkspaceId } from '#core/model/id.ts';
import type { Directory } from '#core/protocol/messages.ts';
import { Database, valueOf } from './database.ts';
import type { Owner } from './names.ts';

/** Who this device belongs to in one workspace. `secret` proves it to the relay: 32 random bytes in base64url. */
export type Identity = { workspace: WorkspaceId; member: MemberId; name: string; secret: string };

const VALUES = 'values';
const CURRENT = 'current';
const MIRROR = 'rapport-identity';

/** What the device knows before it knows any party: who it belongs to, and everybody's names. */
export class DeviceMeta {
	readonly #db = new Database('rapport-device', 1, (db) => {
		db.createObjectStore(VALUES);
	});

	/**
	 * The identity of this device; undefined when it has none yet. Throws StorageError when that can't be known:
	 * making a second identity would leave the first one's edits behind.
	 */
	async identity(): Promise<Identity | undefined> {
		try {
			return (await this.#get<Identity>(CURRENT)) ?? readMirror();
		} catch (cause) {
			const mirrored = readMirror();
			if (mirrored) return mirrored;
			throw cause;
		}
	}

	/** Who this device was in a workspace, also after it left it. */
	async identityIn(workspace: WorkspaceId): Promise<Identity | undefined> {
		return this.#get<Identity>(identityKey(workspace));
	}

	/** Keeps the identity; in localStorage too, because losing the secret means losing the member. */
	async setIdentity(identity: Identity): Promise<void> {
		await this.#put(identityKey(identity.workspace), identity);
		await this.#put(CURRENT, identity);
		try {
			localStorage.setItem(MIRROR, JSON.stringify(identity));
		} catch (cause) {
			// The database has it; the mirror is for the day on which that one can't be read.
			void cause;
		}
	}

	/** The next start asks the relay anew which workspace it serves. All data and the identity in it stay. */
	async leave(): Promise<void> {
		await this.#put(CURRENT, undefined);
		try {
			localStorage.removeItem(MIRROR);
		} catch (cause) {
			// Then there is no mirror.
			void cause;
		}
	}

	/** Members' names as the relay last told. */
	async directory(owner: Owner): Promise<Directory | undefined> {
		return this.#get<Directory>(directoryKey(owner));
	}

	async setDirectory(owner: Owner, directory: Directory): Promise<void> {
		await this.#put(directoryKey(owner), directory);
	}

	async close(): Promise<void> {
		await this.#db.close();
	}

	async #get<T>(key: string): Promise<T | undefined> {
		return this.#db.transact([VALUES], 'readonly', (transaction) =>
			valueOf(transaction.objectStore(VALUES).get(key) as IDBRequest<T | undefined>)
		);
	}

	async #put(key: string, value: unknown): Promise<void> {
		await this.#db.transact(
			[VALUES],
			'readwrite',
			(transaction) => {
				transaction.objectStore(VALUES).put(value, key);
			},
			'strict'
		);
	}
}

const identityKey = (workspace: WorkspaceId): string => `identity:${workspace}`;
const directoryKey = ({ member, workspace }: Owner): string => `directory:${member}:${workspace}`;

function readMirror(): Identity | undefined {
	try {
		const text = localStorage.getItem(MIRROR);
		const mirrored = text === null ? undefined : (JSON.parse(text) as Partial<Identity>);
		const { workspace, member, name, secret } = mirrored ?? {};
		return workspace && member && name && secret ? { workspace, member, name, secret } : undefined;
	} catch (cause) {
		// No localStorage, or not ours: there is no mirror.
		void cause;
		return undefined;
	}
}
