const SINGLE: ReadonlyMap<string, string> = new Map([
	['ß', 'ss'],
	['æ', 'ae'],
	['œ', 'oe'],
	['ø', 'o'],
	['ł', 'l'],
	['đ', 'd'],
	['ð', 'd'],
	['þ', 'th'],
	['ı', 'i']
]);
const MARKS = /\p{M}+/gu;
const SINGLES = /[ßæœøłđðþı]/g;
const UMLAUTS = /([aou])\u0308/g;

/** `text` for searching: lower case, without diacritics, `ß` as `ss`, `ü` as `u`, spaces folded. */
export const fold = (text: string): string => finish(text.normalize('NFKD').toLowerCase());

/** Like `fold`, but umlauts in their long form: `Müller` as `mueller`. */
export const foldLong = (text: string): string =>
	finish(text.normalize('NFKD').toLowerCase().replace(UMLAUTS, '$1e'));

const finish = (decomposed: string): string =>
	decomposed
		.replace(MARKS, '')
		.replace(SINGLES, (letter) => SINGLE.get(letter) ?? letter)
		.replace(/\s+/g, ' ')
		.trim();

/** What to keep of a text so that `matchesFolded` finds it: both forms when they differ. */
export function searchText(text: string): string {
	const short = fold(text);
	const long = foldLong(text);
	return short === long ? short : `${short}\n${long}`;
}

/** True when each word of `query` is in `haystack` (made by `searchText`), with umlauts written either way. */
export function matchesFolded(haystack: string, query: string): boolean {
	const short = fold(query).split(' ');
	const long = foldLong(query).split(' ');
	return short.every((word, i) => haystack.includes(word) || haystack.includes(long[i] ?? word));
}
