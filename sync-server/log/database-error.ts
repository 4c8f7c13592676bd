import type { RefusalReason } from '#core/protocol/refusal.ts';

const SQLITE_FULL = 13;
const SQLITE_IOERR = 10;

/** True for what node:sqlite throws when the database itself refuses. */
export const isDatabaseError = (error: unknown): boolean => error instanceof Error && 'errcode' in error;

/** The named refusal for something the database threw; extended codes carry the primary one in their low byte. */
export function reasonOfFailure(error: unknown): RefusalReason {
	const code = error instanceof Error && 'errcode' in error ? Number(error.errcode) & 0xff : 0;
	return code === SQLITE_FULL || code === SQLITE_IOERR ? 'diskFull' : 'unavailable';
}
