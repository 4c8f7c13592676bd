import type { PartyDraft } from '#core/documents/new-party.ts';
import { emailKey, isEmail } from '#core/model/email.ts';
import type { ChannelType } from '#core/model/channel.ts';
import { fold } from '#core/model/fold.ts';
import { partyName } from '#core/model/name.ts';
import type { PartyKind } from '#core/model/party.ts';
import type { CountryReader } from './country.ts';
import { cleanCell, hasControlCharacters } from './csv-text.ts';
import type { ImportField, Mapping } from './import-field.ts';
import { splitFullName } from './full-name.ts';
import type { PhoneReader } from './phone-reader.ts';
import type { RowProblem, RowProblemKind } from './row-problem.ts';

/** How rows are read; the same for the whole import. */
export type RowRules = {
	headings: readonly string[];
	mapping: Mapping;
	/** 'auto': an organisation where one is named, else a person. */
	kind: PartyKind | 'auto';
	roles: readonly string[];
	phones: PhoneReader;
	countries: CountryReader;
};

/** What to recognise a party by. */
export type RowKeys = { emails: string[]; phones: string[]; number: string };

export type ReadRow =
	| { state: 'empty' }
	| { state: 'read'; name: string; draft: PartyDraft; keys: RowKeys; problems: RowProblem[] };

const MAX_TEXT = 1_000;
const MAX_REMARKS = 20_000;
type Channels = { type: ChannelType; value: string }[];

/** Turns one row into what a party begins with. Nothing that is mapped is lost: what doesn't fit goes to the remarks. */
export function readRow(cells: readonly string[], rules: RowRules): ReadRow {
	if (cells.every((cell) => cell.trim() === '')) return { state: 'empty' };
	const problems: RowProblem[] = [];
	const texts = new Map<ImportField, string[]>();
	const remarks: string[] = [];
	const add = (kind: RowProblemKind, at: number, value: string): void => {
		problems.push({ kind, heading: rules.headings[at] ?? '', value: value.slice(0, 80) });
	};

	for (const [at, cell] of cells.entries()) {
		const field = rules.mapping[at] ?? 'ignore';
		if (at >= rules.mapping.length && cell.trim() !== '') add('extra-cells', at, cell);
		if (field === 'ignore' || cell.trim() === '') continue;
		if (hasControlCharacters(cell)) add('control-characters', at, cleanCell(cell));
		const text = plainText(cell);
		if (/^=/.test(text)) add('formula', at, text);
		if (text.length > (field === 'remarks' ? MAX_REMARKS : MAX_TEXT)) {
			add('too-long', at, text);
			continue;
		}
		if (field === 'remarks')
			remarks.push(
				rules.mapping.filter((f) => f === 'remarks').length > 1
					? `${rules.headings[at] ?? ''}: ${text}`
					: text
			);
		else texts.set(field, [...(texts.get(field) ?? []), text]);
	}

	const joined = (field: ImportField): string => (texts.get(field) ?? []).join(' ');
	const headingOf = (field: ImportField): number => rules.mapping.indexOf(field);
	const emails: string[] = [];
	const phones: string[] = [];

	const readEmails = (field: ImportField): Channels =>
		(texts.get(field) ?? []).flatMap(splitEmails).map((value) => {
			if (isEmail(value)) emails.push(emailKey(value));
			else add('email', headingOf(field), value);
			return { type: 'email', value };
		});
	const readPhones = (field: ImportField, type: ChannelType): Channels =>
		(texts.get(field) ?? []).flatMap(splitPhones).map((written) => {
			const phone = rules.phones.read(written);
			if (phone.state === 'unsure') add('phone', headingOf(field), written);
			if (type !== 'fax' && phone.key.length > 5) phones.push(phone.key);
			return { type, value: phone.value };
		});

	const person = {
		...splitFullName(joined('fullName')),
		...filled({ title: joined('title'), givenName: joined('givenName'), familyName: joined('familyName') })
	};
	const hasPerson = Object.values(person).some((part) => part !== '');
	const company = joined('name');
	const kind = rules.kind === 'auto' ? (company === '' && hasPerson ? 'person' : 'organisation') : rules.kind;
	const isPerson = kind === 'person';
	// A person's list with one column "Name" names persons.
	const own = isPerson && !hasPerson ? splitFullName(company) : person;

	const shared = [...readPhones('phone', 'phone'), ...readPhones('fax', 'fax'), ...readEmails('email')];
	const direct = [
		...readPhones('personPhone', 'phone'),
		...readPhones('mobile', 'mobile'),
		...readEmails('personEmail')
	];
	const web = (texts.get('web') ?? []).map((value) => ({ type: 'web' as const, value }));
	const hasContact = !isPerson && hasPerson;

	const country = joined('country');
	const code = country === '' ? '' : rules.countries.read(country);
	if (code === undefined) {
		add('country', headingOf('country'), country);
		remarks.push(`${rules.headings[headingOf('country')] ?? ''}: ${country}`);
	}
	const [, joinedPostcode = '', joinedCity = joined('postcodeCity')] =
		/^(?:[A-Z]{1,2}-)?(\d[\d ]{2,6}\d)\s+(.+)$/.exec(joined('postcodeCity')) ?? [];
	const address = filled({
		street: joined('street'),
		extra: joined('extra'),
		postcode: joined('postcode') || joinedPostcode,
		city: joined('city') || joinedCity,
		region: joined('region'),
		country: code ?? ''
	});
	if (isPerson && hasPerson && company !== '')
		remarks.push(`${rules.headings[headingOf('name')] ?? ''}: ${company}`);
	const job = filled({
		function: joined('function'),
		department: joined('department'),
		topics: joined('topics')
	});
	// A person as a party has no function of its own, and an organisation without a contact person hasn't either.
	if (!hasContact)
		for (const [field, text] of Object.entries(job))
			remarks.push(`${rules.headings[headingOf(field as ImportField)] ?? ''}: ${text}`);

	const draft: PartyDraft = {
		kind,
		...filled({
			...(isPerson ? own : { name: company }),
			number: joined('number'),
			vatId: joined('vatId'),
			industry: joined('industry'),
			remarks: remarks.join('\n')
		}),
		roles: rules.roles,
		channels: distinct([...shared, ...web, ...(hasContact ? [] : direct)]),
		addresses: Object.keys(address).length > 0 ? [{ purpose: 'main', ...address }] : [],
		persons: hasContact ? [{ ...person, ...job, channels: distinct(direct) }] : []
	};
	const name = partyName({ title: '', givenName: '', familyName: '', name: '', ...draft });
	// An organisation without a name can take that of its contact person: one name must be there.
	const contact = hasContact && name === '' ? partyName({ kind: 'person', name: '', ...person }) : '';
	if (name === '' && contact === '') problems.push({ kind: 'no-name', heading: '', value: '' });
	return {
		state: 'read',
		name: name || contact,
		draft: contact === '' ? draft : { ...draft, name: contact },
		keys: { emails: [...new Set(emails)], phones: [...new Set(phones)], number: fold(joined('number')) },
		problems
	};
}

/** A cell as text: what spreadsheets put around it to keep it text is taken off (`="0731"`, `'+49 ...`). */
const plainText = (cell: string): string => {
	const text = cleanCell(cell);
	return /^="([^"]*)"$/.exec(text)?.[1]?.trim() ?? text.replace(/^'(?=[=+\-@0-9])/, '');
};

const splitEmails = (text: string): string[] => text.split(/[;,\s]+/).filter((part) => part !== '');
const splitPhones = (text: string): string[] =>
	text
		.split(/[;\n]|\s(?:oder|or)\s/)
		.map((part) => part.trim())
		.filter((part) => part !== '');

const filled = <T extends Record<string, string>>(texts: T): Partial<T> =>
	Object.fromEntries(Object.entries(texts).filter(([, text]) => text !== '')) as Partial<T>;

const distinct = (channels: Channels): Channels =>
	channels.filter(
		({ type, value }, at) =>
			channels.findIndex((other) => other.type === type && other.value === value) === at
	);
