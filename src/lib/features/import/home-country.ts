import { getCountries, type CountryCode } from './phone-reader.ts';

const DEFAULT: CountryCode = 'DE';

/** The country that a device with these languages is most likely in: `de-AT` is in Austria, `en` says nothing. */
export function homeCountry(languages: readonly string[]): CountryCode {
	for (const language of languages) {
		const region = new Intl.Locale(language).region;
		const country = getCountries().find((code) => code === region);
		if (country) return country;
	}
	return DEFAULT;
}
