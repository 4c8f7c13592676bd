import { asId, type EntryId, type MemberId, type PersonId } from './id.ts';
import { FieldReader, type Fields, type Parsed } from './fields.ts';
import { compareText } from './rank.ts';
import { readTrash, type Trashable } from './trash.ts';

export const ENTRY_KINDS = ['note', 'call'] as const;
export const CALL_DIRECTIONS = ['in', 'out'] as const;
export type CallDirection = (typeof CALL_DIRECTIONS)[number];

type EntryBase = Trashable & {
	id: EntryId;
	/** Milliseconds since the epoch: when it happened. */
	at: number;
	/** Who wrote it. */
	by: MemberId | undefined;
	/** Milliseconds since the epoch: when it was written down. */
	createdAt: number;
	title: string;
};

/** A rich-text note; its text is the nested body, see `PartyDocument.noteBody`. */
export type NoteEntry = EntryBase & { kind: 'note' };

/** A phone call with a short note of its content and its result. */
export type CallEntry = EntryBase & {
	kind: 'call';
	direction: CallDirection;
	/** The contact person who was spoken to. */
	person: PersonId | undefined;
	/** The number that was called or that called. */
	number: string;
	content: string;
	result: string;
	minutes: number;
};

/** One thing on a party's timeline. */
export type Entry = NoteEntry | CallEntry;

/** A kind that a newer version has added is unreadable here: kept and listed. */
export function parseEntry(id: string, fields: Fields): Parsed<Entry> {
	const read = new FieldReader(fields);
	const entryId = asId<EntryId>(id);
	if (!entryId) return { state: 'unreadable', problems: ['id'] };
	const kind = read.choice('kind', ENTRY_KINDS);
	const base: EntryBase = {
		id: entryId,
		at: read.number('at'),
		by: asId<MemberId>(read.text('by')),
		createdAt: read.number('createdAt'),
		title: read.text('title'),
		...readTrash(read)
	};
	if (kind === 'note') return read.result({ ...base, kind });
	return read.result({
		...base,
		kind,
		direction: read.choice('direction', CALL_DIRECTIONS, 'out'),
		person: asId<PersonId>(read.text('person')),
		number: read.text('number'),
		content: read.text('content'),
		result: read.text('result'),
		minutes: read.number('minutes')
	});
}

/** Order of the timeline: newest first, then by id. */
export const byNewest = (a: { at: number; id: string }, b: { at: number; id: string }): number =>
	b.at - a.at || compareText(b.id, a.id);
