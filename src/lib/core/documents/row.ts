import type { MemberId, PartyId, RoomName } from '../model/id.ts';

/** One line of the index: what lists, filters, search and reports read instead of documents. */
export type Row = PartyRow | PersonRow | EntryRow;

type RowOf<Kind extends string, Facts> = {
	kind: Kind;
	/** Unique over all rows: the id of the thing. */
	id: string;
	/** The document it was projected from, and under whose right it stands. */
	room: RoomName;
	/** The log's sequence number up to which the document was projected; 0 for a device's own projection. */
	seq: number;
	party: PartyId;
	/** Milliseconds since the epoch: when the thing happened (entries) or last changed. */
	at: number;
	by: MemberId | undefined;
	facts: Facts;
};

export type PartyFacts = {
	name: string;
	kind: 'organisation' | 'person';
	roles: string[];
	/** Customer, supplier or other number as the team writes it. */
	number: string;
	city: string;
	country: string;
	emails: string[];
	phones: string[];
	/** Names of contact persons, for the filter. */
	persons: string[];
	/** Entries on the timeline. */
	entries: number;
	/** Milliseconds since the epoch of the newest entry, 0 when there is none. */
	lastEntryAt: number;
	/** The import that made this party, '' when none did. */
	importId: string;
	/** True when somebody has written in the party since it was made. */
	touched?: true;
};
export type PersonFacts = { name: string; function: string; emails: string[]; phones: string[] };
export type EntryFacts = { kind: string; title: string; excerpt: string };

export type PartyRow = RowOf<'party', PartyFacts>;
export type PersonRow = RowOf<'person', PersonFacts>;
export type EntryRow = RowOf<'entry', EntryFacts>;
