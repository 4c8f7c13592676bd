import { afterEach, describe, expect, it } from 'vitest';
import { allOf, Database, deleteDatabase, valueOf } from './database.ts';
import { StorageError } from './failure.ts';
import { breakStorage, holdDatabase } from './storage.fixture.ts';

const opened: Database[] = [];
const database = (name: string = crypto.randomUUID(), version = 1, timeout = 500): Database => {
	const db = new Database(
		name,
		version,
		(made) => {
			if (!made.objectStoreNames.contains('notes')) made.createObjectStore('notes');
		},
		timeout
	);
	opened.push(db);
	return db;
};
const put = (db: Database, value: unknown, key = 'a'): Promise<unknown> =>
	db.transact(
		['notes'],
		'readwrite',
		(transaction) => valueOf(transaction.objectStore('notes').put(value, key)),
		'strict'
	);
const all = (db: Database): Promise<unknown[]> =>
	db.transact(['notes'], 'readonly', (transaction) => allOf(transaction, 'notes'));

describe('a database of the device', () => {
	afterEach(async () => {
		for (const db of opened.splice(0)) await db.close();
	});

	it('gives back what a strict transaction has written, also after it was closed', async () => {
		const db = database();
		await put(db, 'Muster GmbH');
		await db.close();
		expect(await all(db)).toEqual(['Muster GmbH']);
	});

	it('24. says neverOpens of a database that does not open in time, and opens it later', async () => {
		const name = crypto.randomUUID();
		const held = holdDatabase(name);
		const db = database(name, 2, 300);
		await expect(put(db, 1)).rejects.toMatchObject({ failure: expect.stringMatching(/neverOpens|blocked/) });
		await held.release();
		await put(db, 1);
		expect(await all(db)).toEqual([1]);
	});

	it('says newer of a database that a newer Rapport has written', async () => {
		const name = crypto.randomUUID();
		await put(database(name, 2), 1);
		await opened[0]?.close();
		await expect(put(database(name, 1), 2)).rejects.toMatchObject({ failure: 'newer' });
	});

	it('makes room for another tab that deletes it, and comes back by itself', async () => {
		const name = crypto.randomUUID();
		const db = database(name);
		await put(db, 1);
		await deleteDatabase(name);
		await put(db, 2);
		expect(await all(db)).toEqual([2]);
	});

	it('says quota when the disk is full, and keeps nothing of that transaction', async () => {
		const db = database();
		await put(db, 'before');
		const { repair } = breakStorage((_call, method) => (method === 'put' ? 'QuotaExceededError' : undefined));
		try {
			await expect(put(db, 'after', 'b')).rejects.toEqual(new StorageError('quota'));
		} finally {
			repair();
		}
		expect(await all(db)).toEqual(['before']);
	});

	it('undoes all writes of a transaction whose work throws', async () => {
		const db = database();
		const work = db.transact(['notes'], 'readwrite', (transaction) => {
			transaction.objectStore('notes').put(1, 'a');
			throw new Error('in the middle');
		});
		await expect(work).rejects.toBeInstanceOf(StorageError);
		expect(await all(db)).toEqual([]);
	});
});
