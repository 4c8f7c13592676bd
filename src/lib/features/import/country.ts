import { fold } from '#core/model/fold.ts';
import { getCountries, type CountryCode } from './phone-reader.ts';

const EXTRA: readonly (readonly [string, CountryCode])[] = [
	['d', 'DE'],
	['a', 'AT'],
	['i', 'IT'],
	['f', 'FR'],
	['brd', 'DE'],
	['usa', 'US'],
	['united states of america', 'US'],
	['vereinigte staaten von amerika', 'US'],
	['uk', 'GB'],
	['england', 'GB'],
	['grossbritannien', 'GB'],
	['great britain', 'GB'],
	['holland', 'NL'],
	['tschechische republik', 'CZ'],
	['oesterreich', 'AT']
];

/** Reads names and codes of countries, German and English, as ISO 3166-1 alpha-2. */
export class CountryReader {
	readonly #codes = new Map<string, CountryCode>(EXTRA);

	constructor() {
		for (const language of ['de', 'en']) {
			const names = new Intl.DisplayNames([language], { type: 'region' });
			for (const code of getCountries()) this.#codes.set(fold(names.of(code) ?? code), code);
		}
		for (const code of getCountries()) this.#codes.set(code.toLowerCase(), code);
	}

	/** The code of the country that `text` names; undefined when it names none. */
	read(text: string): CountryCode | undefined {
		return this.#codes.get(fold(text).replace(/\.$/, ''));
	}
}

/** All countries with a telephone code, named in `language` and sorted by name. */
export function countryChoices(language: string): { value: CountryCode; label: string }[] {
	const names = new Intl.DisplayNames([language], { type: 'region' });
	return getCountries()
		.map((value) => ({ value, label: names.of(value) ?? value }))
		.sort((a, b) => a.label.localeCompare(b.label, language));
}
