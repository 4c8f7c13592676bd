import { DatabaseSync } from 'node:sqlite';
import { join } from 'node:path';

/**
 * Takes DATA_DIR for this process, so that no second relay can write the same log. The lock is SQLite's own
 * lock on a file: the system drops it when the process dies, however it dies, so none is ever left behind.
 * Returns what gives it back; undefined when another relay has it.
 */
export function lockDataDir(dataDir: string): (() => void) | undefined {
	const db = new DatabaseSync(join(dataDir, 'lock.db'), { timeout: 0 });
	try {
		db.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE; COMMIT;');
	} catch (error) {
		db.close();
		if (isBusy(error)) return undefined;
		throw error;
	}
	return () => db.close();
}

const SQLITE_BUSY = 5;

const isBusy = (error: unknown): boolean =>
	error instanceof Error && 'errcode' in error && error.errcode === SQLITE_BUSY;
