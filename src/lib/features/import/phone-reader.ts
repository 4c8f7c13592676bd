import {
	getCountries,
	getCountryCallingCode,
	parsePhoneNumberFromString,
	type CountryCode,
	type PhoneNumber
} from 'libphonenumber-js/min';
import { phoneKey } from '#core/model/phone.ts';

// The metadata of all countries weighs 80 kB: only this file names the library, and only the import loads it.
export { getCountries, type CountryCode };

/** A written number: how to keep it, and what to compare it by. */
export type ReadPhone =
	| { state: 'valid'; value: string; key: string }
	/** Kept as it was written: it may be an extension, a remark, or damaged by a spreadsheet. */
	| { state: 'unsure'; value: string; key: string };

/** Reads telephone numbers as somebody in `country` writes them. */
export class PhoneReader {
	readonly #country: CountryCode;
	readonly #callingCode: string;

	constructor(country: CountryCode) {
		this.#country = country;
		this.#callingCode = getCountryCallingCode(country);
	}

	read(written: string): ReadPhone {
		const number = this.#parse(written);
		if (number?.isValid()) return { state: 'valid', value: number.formatInternational(), key: number.number };
		return { state: 'unsure', value: written, key: phoneKey(written) };
	}

	/** What to compare a number by that is in Rapport already; fast for those written internationally. */
	keyOf(kept: string): string {
		return /^\s*\+/.test(kept) ? phoneKey(kept) : this.read(kept).key;
	}

	/**
	 * A number with its country code but without + would be taken for a national one, and would even be valid. So
	 * one that begins with the own country's code, and is long enough for it, is tried with + first.
	 */
	#parse(written: string): PhoneNumber | undefined {
		const digits = phoneKey(written);
		const hasCode = digits.startsWith(this.#callingCode) && digits.length >= 11;
		const withPlus = hasCode ? parsePhoneNumberFromString(`+${digits}`) : undefined;
		if (withPlus?.isValid()) return withPlus;
		return parsePhoneNumberFromString(written, this.#country);
	}
}
