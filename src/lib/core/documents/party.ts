import * as Y from 'yjs';
import { parseAddress, type Address } from '../model/address.ts';
import { parseChannel, type Channel } from '../model/channel.ts';
import type { Change, FieldPath } from '../model/change.ts';
import type { Conflict } from '../model/conflict.ts';
import { byNewest, parseEntry, type CallDirection, type Entry } from '../model/entry.ts';
import { isSameValue, isScalar, type Scalar } from '../model/fields.ts';
import {
	newId,
	type AddressId,
	type ChangeId,
	type ChannelId,
	type EntryId,
	type MemberId,
	type PersonId
} from '../model/id.ts';
import { readParty, type Party } from '../model/party.ts';
import { isPartyRoleKey, parsePartyRole, type PartyRole } from '../model/party-role.ts';
import { parsePerson, type Person } from '../model/person.ts';
import { byRank, compareText } from '../model/rank.ts';
import { isTrashed } from '../model/trash.ts';
import { FieldChanges } from './changes.ts';
import { FieldEdit, type PendingEdit } from './field-edit.ts';
import { parseFieldPath, rowField, type FieldPlace } from './field-path.ts';
import { FlatTable } from './flat-table.ts';
import { NestedTable } from './nested-table.ts';
import { newRankedRow, newRow } from './new-row.ts';
import { LOCAL_ORIGIN } from './origin.ts';
import { PARTY_ROOTS } from './roots.ts';
import type { ReadTable, RowChange, Table, TableShape, UnreadableRow } from './table.ts';
import { Watch } from './watch.ts';

export type ChannelValues = Partial<
	Pick<Channel, 'value' | 'label' | 'person' | 'preferred' | 'doNotUse' | 'rank'>
> &
	Pick<Channel, 'type'>;
export type AddressValues = Partial<Omit<Address, 'id' | 'deletedAt' | 'deletedBy'>>;
export type PersonValues = Partial<Omit<Person, 'id' | 'deletedAt' | 'deletedBy'>>;
export type CallValues = {
	direction: CallDirection;
	person?: PersonId | undefined;
	number?: string;
	content?: string;
	result?: string;
	minutes?: number;
	title?: string;
};
/** The tables whose rows go to the trash. */
export type TrashTable = 'channels' | 'addresses' | 'persons' | 'entries';
/** 'nothing': the change isn't in the document any more, or it changed no value (the choice of the present one). */
export type UndoResult =
	{ state: 'undone'; change: ChangeId } | { state: 'changed-since' } | { state: 'nothing' };

/** How each table of a party reads and orders its rows. */
export const PARTY_SHAPES = {
	roles: { parse: parsePartyRole, compare: (a: PartyRole, b: PartyRole) => compareText(a.id, b.id) },
	channels: { parse: parseChannel, compare: byRank },
	addresses: { parse: parseAddress, compare: byRank },
	persons: { parse: parsePerson, compare: byRank },
	entries: { parse: parseEntry, compare: byNewest }
} satisfies {
	roles: TableShape<PartyRole>;
	channels: TableShape<Channel>;
	addresses: TableShape<Address>;
	persons: TableShape<Person>;
	entries: TableShape<Entry>;
};

/**
 * One party: record, roles, channels, addresses, contact persons, entries, note bodies and the recent changes of
 * each field, over a Y.Doc that somebody else loads and syncs. Times are milliseconds since the epoch.
 */
export class PartyDocument {
	readonly #doc: Y.Doc;
	readonly #record: Y.Map<unknown>;
	readonly #roles: FlatTable<PartyRole>;
	readonly #channels: NestedTable<Channel>;
	readonly #addresses: NestedTable<Address>;
	readonly #persons: NestedTable<Person>;
	readonly #entries: NestedTable<Entry>;
	readonly #changes: FieldChanges;
	readonly #watch: Watch;
	readonly #onRecord: (event: Y.YMapEvent<unknown>) => void;
	#read: ReturnType<typeof readParty> | undefined;

	constructor(doc: Y.Doc) {
		this.#doc = doc;
		this.#record = doc.getMap(PARTY_ROOTS.record);
		this.#roles = new FlatTable(doc, PARTY_ROOTS.roles, PARTY_SHAPES.roles);
		this.#channels = new NestedTable(doc, PARTY_ROOTS.channels, PARTY_SHAPES.channels);
		this.#addresses = new NestedTable(doc, PARTY_ROOTS.addresses, PARTY_SHAPES.addresses);
		this.#persons = new NestedTable(doc, PARTY_ROOTS.persons, PARTY_SHAPES.persons);
		this.#entries = new NestedTable(doc, PARTY_ROOTS.entries, PARTY_SHAPES.entries);
		const watch = new Watch(doc);
		this.#watch = watch;
		this.#changes = new FieldChanges(doc, PARTY_ROOTS.changes, (fields) => {
			for (const field of fields) watch.touch(`changes/${field}`);
		});
		this.#onRecord = (event) => {
			this.#read = undefined;
			for (const key of event.keysChanged) watch.touch(`record/${key}`);
		};
		this.#record.observe(this.#onRecord);
		for (const table of this.#tables()) table.observe((changed) => this.#touch(table.name, changed));
	}

	get roles(): ReadTable<PartyRole> {
		return this.#roles;
	}

	/** All channels, those in the trash too: filter by `isTrashed`. So with the other tables. */
	get channels(): ReadTable<Channel> {
		return this.#channels;
	}

	get addresses(): ReadTable<Address> {
		return this.#addresses;
	}

	get persons(): ReadTable<Person> {
		return this.#persons;
	}

	get entries(): ReadTable<Entry> {
		return this.#entries;
	}

	/** The record; the same object until it changes. Keys that can't be read show as their defaults. */
	get record(): Party {
		this.#read ??= readParty(new Map(this.#record.entries()));
		return this.#read.party;
	}

	/** False for a document that has no content yet: nothing may be concluded from it. */
	get exists(): boolean {
		return this.#record.size > 0;
	}

	/**
	 * Calls after each transaction that touched `path`: 'all', 'record', 'record/name', 'channels', 'channels/ID',
	 * 'channels/ID/value', 'entries/ID/body', 'changes', 'changes/record/name' (its conflict and history).
	 */
	observe(path: string, listener: () => void): () => void {
		return this.#watch.observe(path, listener);
	}

	/** The raw value of a field, null when it was never set or isn't there. */
	value(field: FieldPath): Scalar {
		const place = parseFieldPath(field);
		if (!place) return null;
		const value =
			place.table === 'record'
				? this.#record.get(place.key)
				: this.#table(place.table).value(place.id, place.key);
		return isScalar(value) ? value : null;
	}

	/** False when `field` names a row that isn't there (any more): nothing can be typed into it. */
	hasField(field: FieldPath): boolean {
		const place = parseFieldPath(field);
		return place !== undefined && (place.table === 'record' || this.#table(place.table).has(place.id));
	}

	/** An edit of one field by typing, see FieldEdit. Throws when `field` is no field of a party. */
	beginEdit(field: FieldPath, by: MemberId): FieldEdit {
		this.#placeOf(field);
		return new FieldEdit(
			{
				begin: (path) => ({ from: this.value(path), bases: this.#changes.heads(path) }),
				write: (path, value) => this.#transact(() => this.#write(this.#placeOf(path), value)),
				finish: (pending, to, at) => this.#finish(pending, to, at)
			},
			field,
			by
		);
	}

	/**
	 * Finishes an edit that a crash interrupted, with the value that the field has. To be called when the device's
	 * own stores are loaded and before others' updates are.
	 */
	finishEdit(pending: PendingEdit, at: number): ChangeId | undefined {
		return this.#finish(pending, this.value(pending.field), at);
	}

	/** Sets a field in one step: value and change. Undefined when it is equal already. */
	setField(field: FieldPath, value: Scalar, by: MemberId, at: number): ChangeId | undefined {
		return this.#transact(() => {
			const edit = this.beginEdit(field, by);
			edit.type(value, at);
			return edit.finish(at);
		});
	}

	/** Gives the party a role or ends it. */
	setRole(key: string, active: boolean, by: MemberId, at: number): ChangeId | undefined {
		if (!isPartyRoleKey(key)) throw new Error(`no key of a party role: ${key}`);
		return this.#transact(() => {
			const isNew = !this.#roles.has(key);
			if (isNew) this.#roles.add(key, { since: at });
			const change = this.setField(rowField('roles', key, 'active'), active, by, at);
			if (change && active && !isNew) this.#roles.set(key, 'since', at);
			return change;
		});
	}

	/** The two or more values of a field in which people wrote at once; undefined when there is nothing to choose. */
	conflictOf(field: FieldPath): Conflict | undefined {
		return this.#changes.conflict(field);
	}

	/** All fields with a conflict, in the order of their paths. */
	conflicts(): Conflict[] {
		return this.#changes
			.fields()
			.filter((field) => this.#isThere(field))
			.map((field) => this.#changes.conflict(field))
			.filter((conflict) => conflict !== undefined);
	}

	/** Settles a conflict: writes the chosen value and a change that names all heads as its bases. */
	choose(field: FieldPath, value: Scalar, by: MemberId, at: number): ChangeId {
		const place = this.#placeOf(field);
		return this.#transact(() => {
			const bases = this.#changes.heads(field);
			const only = bases.length === 1 && bases[0] ? this.#changes.get(bases[0]) : undefined;
			// A single torn head is followed from its own end, or the choice would be torn as well.
			const from = only ? only.to : this.value(field);
			this.#write(place, value);
			return this.#changes.write({ field, from, to: value, by, at, bases });
		});
	}

	/** The kept changes of a field, newest last. */
	changesOf(field: FieldPath): readonly Change[] {
		return this.#changes.of(field);
	}

	/** All kept changes that were made at or after `at` (ms since the epoch, by their authors' clocks), by field. */
	changesSince(at: number): Change[] {
		return this.#changes
			.fields()
			.flatMap((field) => this.#changes.of(field).filter((change) => change.at >= at));
	}

	/** Takes a change back by a new, inverse one; not when the field has been changed since. */
	undo(change: ChangeId, by: MemberId, at: number): UndoResult {
		const done = this.#changes.get(change);
		if (!done || !this.#isThere(done.field)) return { state: 'nothing' };
		const heads = this.#changes.heads(done.field);
		const isLast = heads.length === 1 && heads[0] === change;
		if (!isLast || !isSameValue(this.value(done.field), done.to)) {
			return { state: 'changed-since' };
		}
		const inverse = this.setField(done.field, done.from, by, at);
		return inverse ? { state: 'undone', change: inverse } : { state: 'nothing' };
	}

	addChannel(values: ChannelValues): ChannelId {
		const id = newId<ChannelId>();
		return this.#add(this.#channels, id, newRankedRow(id, values));
	}

	addAddress(values: AddressValues): AddressId {
		const id = newId<AddressId>();
		return this.#add(this.#addresses, id, newRankedRow(id, values));
	}

	addPerson(values: PersonValues): PersonId {
		const id = newId<PersonId>();
		return this.#add(this.#persons, id, newRankedRow(id, values));
	}

	/** Writes a phone call on the timeline; its texts are edited as fields of its row. */
	addCall(values: CallValues, by: MemberId, at: number): EntryId {
		const id = newId<EntryId>();
		return this.#add(this.#entries, id, newRow({ kind: 'call', at, by, createdAt: at, ...values }));
	}

	/**
	 * Writes a note with an empty body in one transaction. Only the caller may bootstrap the body's first paragraph:
	 * done twice it would be there twice.
	 */
	createNote(by: MemberId, at: number, title = ''): EntryId {
		const id = newId<EntryId>();
		this.#transact(() => {
			this.#entries.add(id, newRow({ kind: 'note', at, by, createdAt: at, title }));
			this.#entries.row(id)?.set('body', new Y.XmlElement());
		});
		return id;
	}

	/** The rich text of a note (Lexical V2); undefined when there is no such note. */
	noteBody(entry: EntryId): Y.XmlElement | undefined {
		const body = this.#entries.value(entry, 'body');
		return body instanceof Y.XmlElement ? body : undefined;
	}

	/** Puts a row in the trash; false when it isn't there. */
	remove(table: TrashTable, id: string, by: MemberId, at: number): boolean {
		return this.#transact(() => {
			const rows = this.#table(table);
			return rows.set(id, 'deletedAt', at) && rows.set(id, 'deletedBy', by);
		});
	}

	/** Takes a row out of the trash. */
	restore(table: TrashTable, id: string): void {
		this.#transact(() => {
			this.#table(table).unset(id, 'deletedAt');
			this.#table(table).unset(id, 'deletedBy');
		});
	}

	/** Puts the whole party in the trash: it has no rows from then on. Only the relay drops documents. */
	removeParty(by: MemberId, at: number): void {
		this.#transact(() => {
			this.#write({ table: 'record', key: 'deletedAt' }, at);
			this.#write({ table: 'record', key: 'deletedBy' }, by);
		});
	}

	restoreParty(): void {
		this.#transact(() => {
			this.#record.delete('deletedAt');
			this.#record.delete('deletedBy');
			this.#read = undefined;
		});
	}

	/** What is in the trash. */
	trash(): { channels: Channel[]; addresses: Address[]; persons: Person[]; entries: Entry[] } {
		return {
			channels: this.#channels.list().filter(isTrashed),
			addresses: this.#addresses.list().filter(isTrashed),
			persons: this.#persons.list().filter(isTrashed),
			entries: this.#entries.list().filter(isTrashed)
		};
	}

	/** Everything that is in the document but can't be read; it is kept as it is. */
	unreadable(): UnreadableRow[] {
		this.#read ??= readParty(new Map(this.#record.entries()));
		const { problems } = this.#read;
		const record = problems.length === 0 ? [] : [{ table: 'record', id: '', problems }];
		return [
			...record,
			...[...this.#tables()].flatMap((table) => table.unreadable()),
			...this.#changes.unreadable()
		];
	}

	/** Stops observing the document; the document itself lives on. */
	destroy(): void {
		this.#record.unobserve(this.#onRecord);
		for (const table of this.#tables()) table.destroy();
		this.#changes.destroy();
		this.#watch.destroy();
	}

	#tables(): (Table<unknown> & { name: string })[] {
		return [this.#roles, this.#channels, this.#addresses, this.#persons, this.#entries];
	}

	#table(name: Exclude<FieldPlace['table'], 'record'>): Table<unknown> {
		switch (name) {
			case 'roles':
				return this.#roles;
			case 'channels':
				return this.#channels;
			case 'addresses':
				return this.#addresses;
			case 'persons':
				return this.#persons;
			case 'entries':
				return this.#entries;
		}
	}

	/** A change can arrive before the row that it belongs to. */
	#isThere(field: FieldPath): boolean {
		const place = parseFieldPath(field);
		if (!place) return false;
		return place.table === 'record' || this.#table(place.table).has(place.id);
	}

	#placeOf(field: FieldPath): FieldPlace {
		const place = parseFieldPath(field);
		if (!place) throw new Error(`no field of a party: ${field}`);
		return place;
	}

	#write(place: FieldPlace, value: Scalar): void {
		if (place.table !== 'record') {
			if (!this.#table(place.table).set(place.id, place.key, value))
				throw new Error(`no row ${place.id} in ${place.table}`);
			return;
		}
		if (isSameValue(this.#record.get(place.key) as Scalar | undefined, value)) return;
		this.#record.set(place.key, value);
		this.#read = undefined;
	}

	#finish(pending: PendingEdit, to: Scalar, at: number): ChangeId | undefined {
		if (isSameValue(pending.from, to)) return undefined;
		const { field, from, bases, by } = pending;
		return this.#transact(() => this.#changes.write({ field, from, to, by, at, bases }));
	}

	#add<Id extends ChannelId | AddressId | PersonId | EntryId>(
		table: Table<unknown>,
		id: Id,
		row: ReadonlyMap<string, Scalar>
	): Id {
		this.#transact(() => table.add(id, row));
		return id;
	}

	#touch(table: string, changed: ReadonlyMap<string, RowChange>): void {
		for (const [id, keys] of changed) {
			if (keys === 'row') this.#watch.touch(`${table}/${id}`);
			else for (const key of keys) this.#watch.touch(`${table}/${id}/${key}`);
		}
	}

	#transact<R>(write: () => R): R {
		return this.#doc.transact(write, LOCAL_ORIGIN);
	}
}
