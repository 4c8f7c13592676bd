import * as Y from 'yjs';
import type { Channel } from '../model/channel.ts';
import { isCallable } from '../model/channel.ts';
import { parseChange } from '../model/change.ts';
import type { Entry } from '../model/entry.ts';
import { asId, type MemberId, type PartyId, type RoomName } from '../model/id.ts';
import { partyName, personName } from '../model/name.ts';
import { readParty } from '../model/party.ts';
import { isTrashed } from '../model/trash.ts';
import { FlatTable } from './flat-table.ts';
import { NestedTable } from './nested-table.ts';
import { PARTY_SHAPES } from './party.ts';
import { excerptOf, proseText } from './prose.ts';
import { PARTY_ROOTS } from './roots.ts';
import type { EntryRow, PartyRow, PersonRow, Row } from './row.ts';
import type { Table } from './table.ts';

/** Raised with each change of what `project` makes of the same document; rows of an older version are made anew. */
export const PROJECTION_VERSION = 1;

/**
 * The rows of a party's document: the party, its contact persons, its entries. Pure and the same on every device;
 * what can't be read has no row. None for a party in the trash, an empty document, or a room of another kind.
 */
export function project(doc: Y.Doc, room: RoomName, seq: number): Row[] {
	const party = partyOf(room);
	const fields = new Map(doc.getMap<unknown>(PARTY_ROOTS.record).entries());
	const { party: record } = readParty(fields);
	if (!party || fields.size === 0 || isTrashed(record)) return [];

	const channels = rowsOf(new NestedTable(doc, PARTY_ROOTS.channels, PARTY_SHAPES.channels)).filter(isKept);
	const addresses = rowsOf(new NestedTable(doc, PARTY_ROOTS.addresses, PARTY_SHAPES.addresses)).filter(
		isKept
	);
	const persons = rowsOf(new NestedTable(doc, PARTY_ROOTS.persons, PARTY_SHAPES.persons)).filter(isKept);
	const roles = rowsOf(new FlatTable(doc, PARTY_ROOTS.roles, PARTY_SHAPES.roles));
	const entryTable = new NestedTable(doc, PARTY_ROOTS.entries, PARTY_SHAPES.entries);
	const entries = entryTable.list().filter(isKept);
	const last = lastTouch(doc, record.createdAt, record.createdBy, entries);
	const place = addresses.find((address) => address.purpose === 'main') ?? addresses[0];

	const partyRow: PartyRow = {
		kind: 'party',
		id: party,
		room,
		seq,
		party,
		...last,
		facts: {
			name: partyName(record),
			kind: record.kind,
			roles: roles.filter((role) => role.active).map((role) => role.id),
			number: record.number.trim(),
			city: place?.city.trim() ?? '',
			country: place?.country.trim() ?? '',
			emails: emailsOf(channels),
			phones: phonesOf(channels),
			persons: persons.map(personName).filter((name) => name !== ''),
			entries: entries.length,
			lastEntryAt: entries[0]?.at ?? 0,
			importId: record.importId ?? '',
			...(isTouched(doc) ? { touched: true as const } : {})
		}
	};
	const personRows = persons.map((person): PersonRow => {
		const own = channels.filter((channel) => channel.person === person.id);
		return {
			kind: 'person',
			id: person.id,
			room,
			seq,
			party,
			...last,
			facts: {
				name: personName(person),
				function: person.function,
				emails: emailsOf(own),
				phones: phonesOf(own)
			}
		};
	});
	const entryRows = entries.map((entry): EntryRow => ({
		kind: 'entry',
		id: entry.id,
		room,
		seq,
		party,
		at: entry.at,
		by: entry.by,
		facts: {
			kind: entry.kind,
			title: entry.title.trim(),
			excerpt: excerptOf(textOf(entry, entryTable.value(entry.id, 'body')))
		}
	}));
	entryTable.destroy();
	return [partyRow, ...personRows, ...entryRows];
}

/** `W/party/P` alone: the other rooms of a party have no rows yet. The full parser stands above, in protocol. */
const partyOf = (room: RoomName): PartyId | undefined => {
	const [, noun, party, ...rest] = room.replace(/@\d+$/, '').split('/');
	return noun === 'party' && rest.length === 0 ? asId<PartyId>(party) : undefined;
};

const rowsOf = <T>(table: Table<T>): readonly T[] => {
	const rows = table.list();
	table.destroy();
	return rows;
};

const isKept = (thing: { deletedAt: number; deletedBy: MemberId | undefined }): boolean => !isTrashed(thing);

const valuesOf = (channels: readonly Channel[], isWanted: (channel: Channel) => boolean): string[] => {
	const wanted = channels.filter(isWanted);
	const sorted = [...wanted.filter((c) => c.preferred), ...wanted.filter((c) => !c.preferred)];
	return [...new Set(sorted.map((channel) => channel.value.trim()).filter((value) => value !== ''))];
};
const emailsOf = (channels: readonly Channel[]): string[] => valuesOf(channels, (c) => c.type === 'email');
const phonesOf = (channels: readonly Channel[]): string[] => valuesOf(channels, (c) => isCallable(c.type));

const textOf = (entry: Entry, body: unknown): string => {
	if (entry.kind === 'call') return [entry.content, entry.result].filter((text) => text !== '').join(' – ');
	return body instanceof Y.XmlElement ? proseText(body, 400) : '';
};

/**
 * A new party is written in one transaction under one Yjs client id, and a document that is opened again gets
 * another. Contact persons and channels that were added leave no change, so changes alone don't tell.
 */
const isTouched = (doc: Y.Doc): boolean => Y.decodeStateVector(Y.encodeStateVector(doc)).size > 1;

/** Who last did something to the party, and when: creation, finished changes, entries. */
function lastTouch(
	doc: Y.Doc,
	createdAt: number,
	createdBy: MemberId | undefined,
	entries: readonly Entry[]
): { at: number; by: MemberId | undefined } {
	let last = { at: createdAt, by: createdBy };
	const touch = (at: number, by: MemberId | undefined): void => {
		// Equal times are told apart by the member's id, so that each device says the same.
		if (at > last.at || (at === last.at && (by ?? '') > (last.by ?? ''))) last = { at, by };
	};
	for (const [id, value] of doc.getMap<unknown>(PARTY_ROOTS.changes).entries()) {
		const change = parseChange(id, value);
		if (change) touch(change.at, change.by);
	}
	for (const entry of entries) touch(entry.createdAt, entry.by);
	return last;
}
