import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { listFiles, read } from './source.ts';

type Variant = { declarations: string[]; match: Record<string, string> };
type Messages = Record<string, string | Variant[]>;

const areas = readdirSync('messages');
const open = (area: string, language: string): Messages =>
	JSON.parse(read(`messages/${area}/${language}.json`)) as Messages;
const keysOf = (messages: Messages): string[] => Object.keys(messages).filter((key) => !key.startsWith('$'));

/** Names in curly brackets that the text of a message uses, in every variant. */
function placeholdersOf(message: string | Variant[]): string[] {
	const texts =
		typeof message === 'string' ? [message] : message.flatMap((variant) => Object.values(variant.match));
	const names = texts.flatMap((text) => [...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1] ?? ''));
	return [...new Set(names)].sort();
}

/** What two translations of one area disagree in, as lines for a person. */
function differences(area: string, german: Messages, english: Messages): string[] {
	const keys = new Set([...keysOf(german), ...keysOf(english)]);
	return [...keys].flatMap((key) => {
		const [de, en] = [german[key], english[key]];
		if (de === undefined) return [`${area}: ${key} has no German text`];
		if (en === undefined) return [`${area}: ${key} has no English text`];
		const [inGerman, inEnglish] = [placeholdersOf(de).join(), placeholdersOf(en).join()];
		return inGerman === inEnglish
			? []
			: [`${area}: ${key} has {${inGerman}} in German, {${inEnglish}} in English`];
	});
}

describe('messages', () => {
	it('every text exists in German and English with the same placeholders', () => {
		expect(areas.flatMap((area) => differences(area, open(area, 'de'), open(area, 'en')))).toEqual([]);
	});

	it('no key stands in two areas: the later one would win silently', () => {
		const all = areas.flatMap((area) => keysOf(open(area, 'de')));
		expect(all.filter((key, at) => all.indexOf(key) !== at)).toEqual([]);
	});

	it('every area is known to the compiler', () => {
		const settings = read('project.inlang/settings.json');
		expect(areas.filter((area) => !settings.includes(`./messages/${area}/{locale}.json`))).toEqual([]);
	});

	it('every key in use has a text, and no text is without use', () => {
		const code = listFiles('src', ['.ts', '.svelte']).map(read).join('\n');
		const used = new Set([...code.matchAll(/\bm\.([a-z][a-z0-9_]*)\b/g)].map((match) => match[1] ?? ''));
		const known = new Set(areas.flatMap((area) => keysOf(open(area, 'de'))));
		expect([...used].filter((key) => !known.has(key))).toEqual([]);
		expect([...known].filter((key) => !used.has(key))).toEqual([]);
	});

	it('finds a planted difference', () => {
		expect(differences('note', { a: '{count} Notizen', b: 'x' }, { a: '{name} notes', c: 'y' })).toEqual([
			'note: a has {count} in German, {name} in English',
			'note: b has no English text',
			'note: c has no German text'
		]);
	});
});
