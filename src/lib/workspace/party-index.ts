import type { PartyRow, Row } from '#core/documents/row.ts';
import type { PartyId, RoomName, WorkspaceId } from '#core/model/id.ts';
import type { Position } from '#core/protocol/messages.ts';
import { parseRoom, partyRoom } from '#core/protocol/room.ts';
import { toStorageError, type StorageFailure } from '../storage/failure.ts';
import { ownName, type Owner } from '../storage/names.ts';
import type { FeedRows, OwnRows, RowStore } from '../storage/rows.ts';
import { Value, type Source } from '../storage/source.ts';
import { Overlay } from '../sync/overlay.ts';
import type { FeedSink } from '../sync/feed.ts';

type Ids = ReadonlySet<PartyId> | 'all';
/** What a feed step did to party rows; `isNew`: the device had no row of it, not even its own. */
export type FeedChange = { row: PartyRow; isNew: boolean };

/**
 * The party rows that screens read: the feed's, and over them this device's own for documents it changed (rule 26).
 * All in memory; each tab has its own, told by the feed and, for own rows, by the other tabs.
 */
export class PartyIndex implements FeedSink {
	readonly #workspace: WorkspaceId;
	readonly #store: RowStore;
	readonly #overlay: Overlay;
	readonly #channel: BroadcastChannel;
	readonly #standing = new Map<PartyId, PartyRow>();
	readonly #observers = new Set<(ids: Ids) => void>();
	readonly #feedListeners = new Set<(changes: FeedChange[], step: FeedRows) => void>();
	readonly #failure = new Value<StorageFailure | undefined>(undefined);
	/** Own rows whose acknowledgement was not noted before the tab went: they fall once the feed is current. */
	#stale = new Set<RoomName>();
	#list: readonly PartyRow[] | undefined;

	constructor(owner: Owner, store: RowStore, needsPull: (room: RoomName) => void) {
		this.#workspace = owner.workspace;
		this.#store = store;
		this.#overlay = new Overlay(needsPull);
		this.#channel = new BroadcastChannel(ownName('rows', owner));
		this.#channel.onmessage = (event: MessageEvent<RoomName[]>) => void this.#readOwn(event.data);
	}

	/** Reads the rows from the disk. `isDirty` tells whether a room still has edits that are not acknowledged. */
	async load(isDirty: (room: RoomName) => boolean): Promise<void> {
		let own: OwnRows[] = [];
		try {
			own = await this.#store.load();
		} catch (cause) {
			this.#failure.set(toStorageError(cause).failure);
		}
		for (const { room, rows, basis, acknowledged } of own) {
			this.#overlay.edit(room, rows, basis);
			if (acknowledged !== undefined) this.#overlay.acknowledge(room, acknowledged, this.#storedSeq(room));
			else if (!isDirty(room)) this.#stale.add(room);
		}
		this.#rebuild();
	}

	get current(): readonly PartyRow[] {
		this.#list ??= [...this.#standing.values()];
		return this.#list;
	}

	/** Why rows could not be kept on the device; they are in memory and come again from the relay. */
	get failure(): Source<StorageFailure | undefined> {
		return this.#failure;
	}

	get(party: PartyId): PartyRow | undefined {
		return this.#standing.get(party);
	}

	observe(changed: () => void): () => void {
		return this.observeIds(() => changed());
	}

	observeIds(changed: (ids: Ids) => void): () => void {
		const observer = (ids: Ids): void => changed(ids);
		this.#observers.add(observer);
		return () => this.#observers.delete(observer);
	}

	observeParty(party: PartyId, changed: () => void): () => void {
		return this.observeIds((ids) => {
			if (ids === 'all' || ids.has(party)) changed();
		});
	}

	/** Persons and entries of one party. Throws StorageError. */
	async others(party: PartyId): Promise<Row[]> {
		const own = this.#overlay.standing(partyRoom(this.#workspace, party));
		if (own) return own.filter((row) => row.kind !== 'party');
		return this.#store.others(party);
	}

	/** Calls after each step of the feed with the party rows that it changed. */
	onFeed(listener: (changes: FeedChange[], step: FeedRows) => void): () => void {
		this.#feedListeners.add(listener);
		return () => this.#feedListeners.delete(listener);
	}

	/** For the feed: where our rows stand. */
	position(): Promise<Position | undefined> {
		return Promise.resolve(this.#store.position);
	}

	/** For the feed: takes one step. A disk that fails does not stop it. */
	async apply(step: FeedRows): Promise<void> {
		const changes = this.#changesIn(step);
		let changed: Ids;
		try {
			changed = await this.#store.apply(step);
			this.#failure.set(undefined);
		} catch (cause) {
			this.#failure.set(toStorageError(cause).failure);
			changed = step.reset ? 'all' : new Set(changes.map(({ row }) => row.party));
			for (const id of step.gone as readonly PartyId[])
				if (changed !== 'all') (changed as Set<PartyId>).add(id);
		}
		const fallen = this.#overlay.receive(step.rows);
		await this.#dropOwn(fallen);
		if (changed === 'all') this.#rebuild();
		else this.#refresh(new Set([...changed, ...fallen.flatMap(partyOf)]));
		for (const listener of [...this.#feedListeners]) listener(changes, step);
	}

	/** The feed has told everything that happened so far. */
	async feedIsCurrent(): Promise<void> {
		const rooms = [...this.#stale];
		this.#stale.clear();
		await this.#forget(rooms);
	}

	/** This device's own projection of documents that it changed; `basis` is the relay's seq that they contained. */
	async edit(edited: readonly { room: RoomName; rows: Row[]; basis: number }[]): Promise<void> {
		for (const { room, rows, basis } of edited) {
			this.#stale.delete(room);
			this.#overlay.edit(room, rows, basis);
		}
		this.#refresh(new Set(edited.flatMap(({ room }) => partyOf(room))));
		await this.#keep(() => this.#store.putOwn(edited));
		this.#channel.postMessage(edited.map(({ room }) => room));
	}

	/** All edits of these rooms are acknowledged at the given seq. */
	async acknowledge(acknowledged: ReadonlyMap<RoomName, number>): Promise<void> {
		const standing: OwnRows[] = [];
		const fallen: RoomName[] = [];
		for (const [room, seq] of acknowledged) {
			if (this.#overlay.acknowledge(room, seq, this.#storedSeq(room))) fallen.push(room);
			const rows = this.#overlay.standing(room);
			if (rows) standing.push({ room, rows: [...rows], basis: 0, acknowledged: seq });
		}
		await this.#dropOwn(fallen);
		this.#refresh(new Set(fallen.flatMap(partyOf)));
		if (standing.length === 0) return;
		await this.#keep(() => this.#store.putOwn(standing));
		this.#channel.postMessage(standing.map(({ room }) => room));
	}

	/** The relay numbers anew (rule 12): what waited for an old number falls, edits that wait stay. */
	async renumber(isDirty: (room: RoomName) => boolean): Promise<void> {
		await this.#forget([...this.#overlay.rooms()].filter((room) => !isDirty(room)));
	}

	/** True when own rows stand for this room. */
	isOwn(room: RoomName): boolean {
		return this.#overlay.standing(room) !== undefined;
	}

	close(): void {
		this.#channel.close();
		this.#observers.clear();
	}

	#changesIn(step: FeedRows): FeedChange[] {
		const changes: FeedChange[] = [];
		for (const row of step.rows)
			if (row.kind === 'party') changes.push({ row, isNew: !this.#standing.has(row.party) });
		return changes;
	}

	async #readOwn(rooms: RoomName[]): Promise<void> {
		await this.#keep(async () => {
			const found = await this.#store.own(rooms);
			rooms.forEach((room, index) => {
				const own = found[index];
				if (!own) return this.#overlay.drop(room);
				this.#overlay.edit(room, own.rows, own.basis);
				if (own.acknowledged !== undefined)
					this.#overlay.acknowledge(room, own.acknowledged, this.#storedSeq(room));
			});
		});
		this.#refresh(new Set(rooms.flatMap(partyOf)));
	}

	async #forget(rooms: readonly RoomName[]): Promise<void> {
		if (rooms.length === 0) return;
		for (const room of rooms) this.#overlay.drop(room);
		await this.#dropOwn(rooms);
		this.#refresh(new Set(rooms.flatMap(partyOf)));
	}

	async #dropOwn(rooms: readonly RoomName[]): Promise<void> {
		if (rooms.length === 0) return;
		await this.#keep(() => this.#store.dropOwn(rooms));
		this.#channel.postMessage(rooms);
	}

	async #keep(work: () => Promise<void>): Promise<void> {
		try {
			await work();
			this.#failure.set(undefined);
		} catch (cause) {
			this.#failure.set(toStorageError(cause).failure);
		}
	}

	/** The seq of the feed's row of this room that is here, 0 for none. */
	#storedSeq(room: RoomName): number {
		const [party] = partyOf(room);
		return (party && this.#store.parties.get(party)?.seq) ?? 0;
	}

	/** The row that stands: own before the feed's; none when the own projection has none (in the trash). */
	#rowOf(party: PartyId): PartyRow | undefined {
		const own = this.#overlay.standing(partyRoom(this.#workspace, party));
		if (!own) return this.#store.parties.get(party);
		return own.find((row): row is PartyRow => row.kind === 'party');
	}

	#rebuild(): void {
		this.#standing.clear();
		for (const [party, row] of this.#store.parties) this.#standing.set(party, row);
		for (const room of this.#overlay.rooms()) for (const party of partyOf(room)) this.#set(party);
		this.#tell('all');
	}

	#refresh(parties: ReadonlySet<PartyId>): void {
		if (parties.size === 0) return;
		for (const party of parties) this.#set(party);
		this.#tell(parties);
	}

	#set(party: PartyId): void {
		const row = this.#rowOf(party);
		if (row) this.#standing.set(party, row);
		else this.#standing.delete(party);
	}

	#tell(ids: Ids): void {
		this.#list = undefined;
		for (const observer of [...this.#observers]) observer(ids);
	}
}

const partyOf = (name: RoomName): PartyId[] => {
	const room = parseRoom(name);
	return room?.kind === 'party' ? [room.party] : [];
};
