import { timeOf, type AnyId } from './id.ts';

const DIGITS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const LENGTH = 7;

/**
 * The rank of a row that stands at the end of its list: a fractional index whose whole part is the time at which
 * the row's id was made, so that no other row must be looked at. `jittered-fractional-indexing` can put
 * keys between two of them.
 */
export function rankOf(id: AnyId): string {
	let rest = timeOf(id);
	let digits = '';
	for (let i = 0; i < LENGTH; i++) {
		digits = (DIGITS[rest % DIGITS.length] ?? '0') + digits;
		rest = Math.floor(rest / DIGITS.length);
	}
	return `g${digits}`;
}

/** Order of sub-records: by rank, then by id, in code units, the same on every device. */
export const byRank = (a: { rank: string; id: string }, b: { rank: string; id: string }): number =>
	compareText(a.rank, b.rank) || compareText(a.id, b.id);

/** Order by code units; `localeCompare` differs between devices. */
export const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
