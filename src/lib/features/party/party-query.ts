import { fold, foldLong } from '#core/model/fold.ts';
import { phoneKey } from '#core/model/phone.ts';
import type { PartyFacts } from '#core/documents/row.ts';

/** A filter as typed, made ready for 100,000 rows: each word in its short and its long form (`muller`, `mueller`). */
export type PartyQuery = {
	text: string;
	words: readonly (readonly [short: string, long: string])[];
	/** The digits of a typed phone number, '' when it can't be one. */
	digits: string;
};

const PLAIN = /^[\x20-\x7e]*$/;

/** Like `fold`; most texts are plain ASCII, and folding those is nothing but lower case. */
export const foldQuickly = (text: string): string => (PLAIN.test(text) ? text.toLowerCase() : fold(text));

/** What a filter looks at in one row, without line breaks: name, city, number, e-mails, phones, contact persons. */
export function haystackOf(facts: PartyFacts): string {
	const { name, city, number, emails, phones, persons } = facts;
	const words = searchWords([name, city, number, ...emails, ...phones, ...persons].join(' '));
	return phones.length === 0 ? words : `${words} ${phones.map(digitsOfPhone).join(' ')}`;
}

/** Reads what was typed. Every word must be found; a phone number may be written in any way. */
export function parseQuery(typed: string): PartyQuery {
	const text = fold(typed);
	const long = foldLong(typed).split(' ');
	const words = text === '' ? [] : text.split(' ').map((word, i) => [word, long[i] ?? word] as const);
	const digits = /^[\d\s+()/.-]+$/.test(typed) ? digitsOfPhone(typed) : '';
	return { text, words, digits: digits.length >= 3 ? digits : '' };
}

/** True when `hay` has all that `query` asks for. */
export function matches(hay: string, query: PartyQuery): boolean {
	if (query.words.every(([short, long]) => hay.includes(short) || (long !== short && hay.includes(long))))
		return true;
	return query.digits !== '' && hay.includes(query.digits);
}

/** Texts of which a row must have at least one; rows without any can't match. */
export function clues(query: PartyQuery): string[] {
	const [rarest] = [...query.words].sort((a, b) => b[0].length - a[0].length);
	return [...new Set([...(rarest ?? []), ...(query.digits === '' ? [] : [query.digits])])];
}

/** True when everything that `next` finds was already found by `before`, so that only that must be looked at. */
export const isNarrower = (next: PartyQuery, before: PartyQuery): boolean =>
	before.text !== '' && next.text.startsWith(before.text) && next.digits === '' && before.digits === '';

/** `089 / 12-34` and `+49 89 1234` are compared without the national zero. */
const digitsOfPhone = (written: string): string => phoneKey(written).replace(/^(\+|0+)/, '');

/** `text` folded, followed by the long form of those words alone that have one. */
function searchWords(text: string): string {
	if (PLAIN.test(text)) return text.toLowerCase();
	const short = fold(text);
	const long = foldLong(text);
	if (short === long) return short;
	const words = short.split(' ');
	const others = long.split(' ').filter((word, i) => word !== words[i]);
	return `${short} ${others.join(' ')}`;
}
