import { isEmail } from '#core/model/email.ts';
import { fieldOfHeading, headingKey } from './heading.ts';
import type { ImportField } from './import-field.ts';

/** Rows that are looked at for a proposal. */
const SAMPLE_ROWS = 50;
const WEB = /^(https?:\/\/|www\.)\S+$/i;

/** True when the first row names the columns instead of holding data. */
export function hasHeadings(rows: readonly (readonly string[])[]): boolean {
	const first = rows[0] ?? [];
	const known = first.filter((cell) => fieldOfHeading(cell) ?? headingKey(cell) === 'name').length;
	if (first.some((cell) => isEmail(cell) || WEB.test(cell.trim()))) return false;
	if (known > 0) return true;
	return rows.length > 1 && first.every((cell) => cell.trim() !== '' && !/\d{3}/.test(cell));
}

/**
 * The fields that the columns most likely are: by their headings, then by what stands in them. What isn't known is
 * 'ignore'. `samples` are rows of data.
 */
export function proposeMapping(
	headings: readonly string[],
	samples: readonly (readonly string[])[]
): ImportField[] {
	const some = samples.slice(0, SAMPLE_ROWS);
	const mapping = headings.map(
		(heading, at): ImportField =>
			fieldOfHeading(heading) ?? fieldOfValues(some.map((row) => row[at] ?? '')) ?? 'ignore'
	);
	const isTaken = (field: ImportField): boolean => mapping.includes(field);
	for (const [at, heading] of headings.entries()) {
		if (headingKey(heading) !== 'name') continue;
		// Beside a first name it is the last name; beside a company, that of its contact person.
		if (isTaken('givenName') && !isTaken('familyName')) mapping[at] = 'familyName';
		else mapping[at] = isTaken('name') ? 'fullName' : 'name';
	}
	const isNamed = (['name', 'fullName', 'givenName', 'familyName'] as const).some(isTaken);
	const guess = isNamed ? -1 : likelyName(mapping, some);
	if (guess >= 0) mapping[guess] = 'name';
	return mapping;
}

function fieldOfValues(values: readonly string[]): ImportField | undefined {
	const filled = values.filter((value) => value.trim() !== '');
	const mostly = (fits: (value: string) => boolean): boolean =>
		filled.length > 0 && filled.filter(fits).length > filled.length * 0.6;
	if (mostly(isEmail)) return 'email';
	return mostly((value) => WEB.test(value.trim())) ? 'web' : undefined;
}

/** The free column that reads most like names: words, hardly any twice, not too short. -1 when none does. */
function likelyName(mapping: readonly ImportField[], samples: readonly (readonly string[])[]): number {
	let best = { at: -1, letters: 3 };
	for (const [at, field] of mapping.entries()) {
		if (field !== 'ignore') continue;
		const values = samples.map((row) => (row[at] ?? '').trim()).filter((value) => value !== '');
		const isVaried = new Set(values).size > values.length * 0.9 && values.length > samples.length * 0.8;
		const letters = values.join('').replace(/[^\p{L}]/gu, '').length / Math.max(1, values.length);
		if (isVaried && letters > best.letters && letters < 60) best = { at, letters };
	}
	return best.at;
}
