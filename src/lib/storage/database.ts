import { StorageError, toStorageError } from './failure.ts';

/** Creates or changes the object stores; `from` is the version found, 0 for a new database. */
export type Upgrade = (db: IDBDatabase, from: number, transaction: IDBTransaction) => void;

/** How long a database may take to open before it counts as one that never opens, in ms. */
export const OPEN_TIMEOUT_MS = 3_000;

/** The value of one request inside a transaction. Rejects with what IndexedDB says. */
export const valueOf = <T>(request: IDBRequest<T>): Promise<T> =>
	new Promise((resolve, reject) => {
		request.onsuccess = () => resolve(request.result);
		request.onerror = () => reject(request.error ?? new StorageError('failed'));
	});

/**
 * One IndexedDB database, opened at its first use and again when the browser closed it under us.
 * Every method throws nothing but StorageError.
 */
export class Database {
	readonly name: string;
	readonly #version: number;
	readonly #upgrade: Upgrade;
	readonly #timeout: number;
	#connection: Promise<IDBDatabase> | undefined;

	constructor(name: string, version: number, upgrade: Upgrade, timeout = OPEN_TIMEOUT_MS) {
		this.name = name;
		this.#version = version;
		this.#upgrade = upgrade;
		this.#timeout = timeout;
	}

	/**
	 * Runs `work` in one transaction and resolves with its value once the transaction is complete.
	 * `work` may await requests of this transaction and nothing else, or it ends early.
	 * `durability: 'strict'` resolves after the bytes are on the disk.
	 */
	async transact<T>(
		stores: readonly string[],
		mode: IDBTransactionMode,
		work: (transaction: IDBTransaction) => T | Promise<T>,
		durability: IDBTransactionDurability = 'relaxed'
	): Promise<T> {
		try {
			const transaction = await this.#begin(stores, mode, durability);
			return await finish(transaction, work);
		} catch (cause) {
			throw toStorageError(cause);
		}
	}

	/** Lets go of the database; the next use opens it again. */
	async close(): Promise<void> {
		const connection = this.#connection;
		this.#connection = undefined;
		if (!connection) return;
		try {
			(await connection).close();
		} catch (cause) {
			// It never opened, so there is nothing to close; whoever used it was told.
			void cause;
		}
	}

	async #begin(
		stores: readonly string[],
		mode: IDBTransactionMode,
		durability: IDBTransactionDurability
	): Promise<IDBTransaction> {
		const db = await this.#connect();
		try {
			return db.transaction(stores, mode, { durability });
		} catch (cause) {
			// Closed between two uses (storage cleared, another tab upgrades): one more try with a new connection.
			if (!(cause instanceof DOMException) || cause.name !== 'InvalidStateError') throw cause;
			this.#connection = undefined;
			return (await this.#connect()).transaction(stores, mode, { durability });
		}
	}

	#connect(): Promise<IDBDatabase> {
		if (this.#connection) return this.#connection;
		const forget = (): void => {
			if (this.#connection === connection) this.#connection = undefined;
		};
		const connection = openDatabase(this.name, this.#version, this.#upgrade, this.#timeout, forget);
		this.#connection = connection;
		// A failed opening is tried again at the next use; this use hears of it through its own await.
		connection.catch(forget);
		return connection;
	}
}

async function finish<T>(
	transaction: IDBTransaction,
	work: (transaction: IDBTransaction) => T | Promise<T>
): Promise<T> {
	const done = new Promise<void>((resolve, reject) => {
		transaction.oncomplete = () => resolve();
		transaction.onabort = () => reject(transaction.error ?? new StorageError('failed'));
	});
	const worked = (async () => work(transaction))();
	const settled = await Promise.allSettled([
		worked.catch((cause: unknown) => {
			abort(transaction);
			throw cause;
		}),
		done
	]);
	// The reason of the abort (quota) says more than the request that it took along.
	const [value, end] = settled;
	if (end.status === 'rejected' && transaction.error) throw end.reason;
	if (value.status === 'rejected') throw value.reason;
	if (end.status === 'rejected') throw end.reason;
	return value.value;
}

function abort(transaction: IDBTransaction): void {
	try {
		transaction.abort();
	} catch (cause) {
		// Already ended by itself, for the same reason.
		void cause;
	}
}

function openDatabase(
	name: string,
	version: number,
	upgrade: Upgrade,
	timeout: number,
	onLost: () => void
): Promise<IDBDatabase> {
	return new Promise((resolve, reject) => {
		let isBlocked = false;
		let isLate = false;
		const request = indexedDB.open(name, version);
		const timer = setTimeout(() => {
			isLate = true;
			reject(new StorageError(isBlocked ? 'blocked' : 'neverOpens'));
		}, timeout);
		request.onblocked = () => {
			isBlocked = true;
		};
		request.onupgradeneeded = (event) => {
			const { transaction } = request;
			if (transaction) upgrade(request.result, event.oldVersion, transaction);
		};
		request.onerror = () => {
			clearTimeout(timer);
			reject(toStorageError(request.error));
		};
		request.onsuccess = () => {
			clearTimeout(timer);
			const db = request.result;
			// Nobody waits any more: an open connection would block every later upgrade.
			if (isLate) return db.close();
			db.onclose = onLost;
			db.onversionchange = () => {
				db.close();
				onLost();
			};
			resolve(db);
		};
	});
}

/** Deletes a database; resolves also when there is none. Throws StorageError. */
export function deleteDatabase(name: string, timeout = OPEN_TIMEOUT_MS): Promise<void> {
	return new Promise((resolve, reject) => {
		const request = indexedDB.deleteDatabase(name);
		const timer = setTimeout(() => reject(new StorageError('blocked')), timeout);
		request.onsuccess = () => {
			clearTimeout(timer);
			resolve();
		};
		request.onerror = () => {
			clearTimeout(timer);
			reject(toStorageError(request.error));
		};
	});
}

/** All records of a store whose keys lie in `range`. */
export const allOf = <T>(transaction: IDBTransaction, store: string, range?: IDBKeyRange): Promise<T[]> =>
	valueOf(transaction.objectStore(store).getAll(range) as IDBRequest<T[]>);
