import { allOf, Database } from './database.ts';

const RECEIPTS = 'receipts';
const KEPT = 100;

/** Past receipts of one member in one workspace; the newest 100 are kept. */
export class ReceiptStore<Receipt extends { id: string; until: number }> {
	readonly #db: Database;

	constructor(name: string) {
		this.#db = new Database(name, 1, (db) => {
			db.createObjectStore(RECEIPTS, { keyPath: 'id' });
		});
	}

	/** All, newest first. Throws StorageError, like all methods. */
	async all(): Promise<Receipt[]> {
		const receipts = await this.#db.transact([RECEIPTS], 'readonly', (transaction) =>
			allOf<Receipt>(transaction, RECEIPTS)
		);
		return receipts.sort((a, b) => b.until - a.until);
	}

	/** Adds or replaces one and drops the oldest beyond 100. */
	async put(receipt: Receipt): Promise<void> {
		await this.#db.transact(
			[RECEIPTS],
			'readwrite',
			async (transaction) => {
				const store = transaction.objectStore(RECEIPTS);
				store.put(receipt);
				const all = await allOf<Receipt>(transaction, RECEIPTS);
				const old = all.sort((a, b) => b.until - a.until).slice(KEPT);
				for (const { id } of old) store.delete(id);
			},
			'strict'
		);
	}

	async close(): Promise<void> {
		await this.#db.close();
	}
}
