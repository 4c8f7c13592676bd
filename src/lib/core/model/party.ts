import { asId, type ImportId, type MemberId } from './id.ts';
import { FieldReader, type Fields } from './fields.ts';
import { readTrash, type Trashable } from './trash.ts';

export const PARTY_KINDS = ['organisation', 'person'] as const;
export type PartyKind = (typeof PARTY_KINDS)[number];

/** The keys of a party's record that people edit as text. */
export const PARTY_TEXT_KEYS = [
	'name',
	'title',
	'givenName',
	'familyName',
	'number',
	'vatId',
	'industry',
	'language',
	'remarks'
] as const;
export type PartyTextKey = (typeof PARTY_TEXT_KEYS)[number];

/** The record of a party: an organisation or a person the company has a relationship with. */
export type Party = { kind: PartyKind } & Record<PartyTextKey, string> &
	Trashable & {
		/** Milliseconds since the epoch, 0 when unknown. */
		createdAt: number;
		createdBy: MemberId | undefined;
		/** The import that made the party. */
		importId: ImportId | undefined;
	};

/**
 * Reads a record. A key that doesn't fit shows as its default and its name is in `problems`: the rest of the
 * party must stay usable.
 */
export function readParty(fields: Fields): { party: Party; problems: string[] } {
	const read = new FieldReader(fields);
	const party: Party = {
		kind: read.choice('kind', PARTY_KINDS, 'organisation'),
		name: read.text('name'),
		title: read.text('title'),
		givenName: read.text('givenName'),
		familyName: read.text('familyName'),
		number: read.text('number'),
		vatId: read.text('vatId'),
		industry: read.text('industry'),
		language: read.text('language'),
		remarks: read.text('remarks'),
		createdAt: read.number('createdAt'),
		createdBy: asId<MemberId>(read.text('createdBy')),
		importId: asId<ImportId>(read.text('importId')),
		...readTrash(read)
	};
	return { party, problems: read.problems };
}
