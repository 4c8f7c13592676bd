/** Every way in which the device's storage says no; the screens' table turns it into words. */
export type StorageFailure =
	/** The disk, or the browser's share of it, is full. */
	| 'quota'
	/** The browser did not open the database in time; another tab or the browser itself holds it. */
	| 'neverOpens'
	/** Another tab holds an older version of the database open. */
	| 'blocked'
	/** What was read back is not what was written. */
	| 'corrupt'
	/** The browser offers no storage here (private window, switched off by policy). */
	| 'unavailable'
	/** The browser closed the database under us. */
	| 'closed'
	/** A newer Rapport has written this database. */
	| 'newer'
	/** Anything else; `StorageError.cause` has it. */
	| 'failed';

/** A storage operation that did not happen, and why. */
export class StorageError extends Error {
	override readonly name = 'StorageError';
	readonly failure: StorageFailure;

	constructor(failure: StorageFailure, cause?: unknown) {
		super(`device storage: ${failure}`, { cause });
		this.failure = failure;
	}
}

const BY_NAME: Record<string, StorageFailure> = {
	QuotaExceededError: 'quota',
	VersionError: 'newer',
	DataError: 'corrupt',
	NotReadableError: 'corrupt',
	UnknownError: 'corrupt',
	InvalidStateError: 'closed',
	SecurityError: 'unavailable',
	NotAllowedError: 'unavailable'
};

/** The named failure behind whatever IndexedDB threw or put on a request. */
export function toStorageError(cause: unknown): StorageError {
	if (cause instanceof StorageError) return cause;
	const name = cause instanceof Error || cause instanceof DOMException ? cause.name : '';
	return new StorageError(BY_NAME[name] ?? 'failed', cause);
}
