import type { PartyRow, Row } from '#core/documents/row.ts';
import type { PartyId, RoomName } from '#core/model/id.ts';
import type { Position } from '#core/protocol/messages.ts';
import { allOf, Database, valueOf } from './database.ts';
import { rowsName, type Owner } from './names.ts';

/** What the relay's feed brought in one step. */
export type FeedRows = { rows: readonly Row[]; gone: readonly string[]; position: Position; reset: boolean };

/** This device's own projection of a document that it changed; stands instead of the feed's rows (rule 26). */
export type OwnRows = {
	room: RoomName;
	rows: Row[];
	/** The relay's sequence number that the document contained. */
	basis: number;
	/** All of it is acknowledged at this sequence number; undefined while something is not. */
	acknowledged?: number;
};

const CHUNKS = 'chunks';
const FRESH = 'fresh';
const OTHERS = 'others';
const OWN = 'own';
const META = 'meta';
const CHUNK_ROWS = 1_000;
/** Single rows beside the chunks; from here on they are worked into them. */
const FRESH_ROWS = 1_000;

/** JSON of party rows: parsed four times as fast as the same objects are cloned out of the database. */
type Chunk = { id: number; rows: string };
type Fresh = { id: PartyId; row: PartyRow | undefined };

/**
 * The index's rows on this device. Party rows are read at once, from chunks of a thousand, and stay in memory;
 * persons and entries are read by party.
 */
export class RowStore {
	readonly #db: Database;
	readonly #parties = new Map<PartyId, PartyRow>();
	#position: Position | undefined;
	/** Steps that the disk refused: written before any later one, or the rows on it would have a gap. */
	#unwritten: (() => Promise<void>)[] = [];

	constructor(owner: Owner) {
		this.#db = new Database(rowsName(owner), 1, (db) => {
			db.createObjectStore(CHUNKS, { keyPath: 'id', autoIncrement: true });
			db.createObjectStore(FRESH, { keyPath: 'id' });
			db.createObjectStore(OTHERS, { keyPath: 'id' }).createIndex('party', 'party');
			db.createObjectStore(OWN, { keyPath: 'room' });
			db.createObjectStore(META);
		});
	}

	/** The feed's party rows, by id; kept up to date by `apply`. */
	get parties(): ReadonlyMap<PartyId, PartyRow> {
		return this.#parties;
	}

	/** Where the feed's rows in memory stand. */
	get position(): Position | undefined {
		return this.#position;
	}

	/** Reads everything that a cold start needs. Throws StorageError; then the rows come from the relay again. */
	async load(): Promise<OwnRows[]> {
		const { chunks, fresh, own, position } = await this.#db.transact(
			[CHUNKS, FRESH, OWN, META],
			'readonly',
			async (transaction) => {
				const reads = [
					allOf<Chunk>(transaction, CHUNKS),
					allOf<Fresh>(transaction, FRESH),
					allOf<OwnRows>(transaction, OWN),
					valueOf(transaction.objectStore(META).get('position') as IDBRequest<Position | undefined>)
				] as const;
				const [chunks, fresh, own, position] = await Promise.all(reads);
				return { chunks, fresh, own, position };
			}
		);
		this.#parties.clear();
		for (const chunk of chunks)
			for (const row of rowsIn(chunk)) {
				const before = this.#parties.get(row.party);
				if (!before || row.seq >= before.seq) this.#parties.set(row.party, row);
			}
		for (const { id, row } of fresh) {
			if (row) this.#parties.set(id, row);
			else this.#parties.delete(id);
		}
		this.#position = position;
		return own;
	}

	/**
	 * Takes one step of the feed into memory and, with its position in one transaction, onto the disk, unless another
	 * tab has brought it there already. Memory is true even when it throws StorageError. Returns the ids of parties
	 * that are others now; 'all' after a reset.
	 */
	async apply(step: FeedRows): Promise<Set<PartyId> | 'all'> {
		const added: PartyRow[] = [];
		const fresh: Fresh[] = [];
		const changed = new Set<PartyId>();
		if (step.reset) this.#parties.clear();
		for (const row of step.rows) {
			if (row.kind !== 'party') continue;
			if (this.#parties.has(row.party)) fresh.push({ id: row.party, row });
			else added.push(row);
			this.#parties.set(row.party, row);
			changed.add(row.party);
		}
		for (const id of step.gone as readonly PartyId[]) {
			if (!this.#parties.delete(id)) continue;
			fresh.push({ id, row: undefined });
			changed.add(id);
		}
		this.#position = step.position;
		if (step.reset) this.#unwritten = [];
		this.#unwritten.push(() => this.#write(step, added, fresh));
		await this.#catchUp();
		return step.reset ? 'all' : changed;
	}

	/** Persons and entries of one party, as the feed told them. */
	async others(party: PartyId): Promise<Row[]> {
		return this.#db.transact([OTHERS], 'readonly', (transaction) =>
			valueOf(transaction.objectStore(OTHERS).index('party').getAll(party) as IDBRequest<Row[]>)
		);
	}

	/** Keeps own projections. */
	async putOwn(own: readonly OwnRows[]): Promise<void> {
		await this.#db.transact([OWN], 'readwrite', (transaction) => {
			for (const rows of own) transaction.objectStore(OWN).put(rows);
		});
	}

	async own(rooms: readonly RoomName[]): Promise<(OwnRows | undefined)[]> {
		return this.#db.transact([OWN], 'readonly', (transaction) =>
			Promise.all(
				rooms.map((room) =>
					valueOf(transaction.objectStore(OWN).get(room) as IDBRequest<OwnRows | undefined>)
				)
			)
		);
	}

	async dropOwn(rooms: readonly RoomName[]): Promise<void> {
		await this.#db.transact([OWN], 'readwrite', (transaction) => {
			for (const room of rooms) transaction.objectStore(OWN).delete(room);
		});
	}

	/** Works single rows into the chunks when there are many; for an idle moment. One tab at a time. */
	async tidy(): Promise<void> {
		await navigator.locks.request(`${this.#db.name}:tidy`, { ifAvailable: true }, async (lock) => {
			if (!lock) return;
			const fresh = await this.#keysOf(FRESH);
			if (fresh.length < FRESH_ROWS) return;
			const rest = new Set(fresh as PartyId[]);
			for (const id of await this.#keysOf(CHUNKS))
				for (const party of await this.#tidyChunk(id as number)) rest.delete(party);
			await this.#addRest(rest);
		});
	}

	async #keysOf(store: string): Promise<IDBValidKey[]> {
		return this.#db.transact([store], 'readonly', (transaction) =>
			valueOf(transaction.objectStore(store).getAllKeys())
		);
	}

	async close(): Promise<void> {
		await this.#db.close();
	}

	async #catchUp(): Promise<void> {
		for (let write = this.#unwritten[0]; write; write = this.#unwritten[0]) {
			await write();
			this.#unwritten.shift();
		}
	}

	async #write(step: FeedRows, added: readonly PartyRow[], fresh: readonly Fresh[]): Promise<void> {
		await this.#db.transact([CHUNKS, FRESH, OTHERS, META], 'readwrite', async (transaction) => {
			const meta = transaction.objectStore(META);
			const there = await valueOf(meta.get('position') as IDBRequest<Position | undefined>);
			const isThere = there?.incarnation === step.position.incarnation && there.seq >= step.position.seq;
			if (isThere) return;
			if (step.reset) for (const store of [CHUNKS, FRESH, OTHERS]) transaction.objectStore(store).clear();
			// A few new rows don't deserve a chunk of their own.
			if (added.length < CHUNK_ROWS / 4)
				for (const row of added) transaction.objectStore(FRESH).put({ id: row.party, row } satisfies Fresh);
			else
				for (const rows of chunked(added))
					transaction.objectStore(CHUNKS).put({ rows: JSON.stringify(rows) });
			for (const one of fresh) transaction.objectStore(FRESH).put(one);
			const others = transaction.objectStore(OTHERS);
			for (const row of step.rows) if (row.kind !== 'party') others.put(row);
			for (const id of step.gone) others.delete(id);
			meta.put(step.position, 'position');
		});
	}

	/** Returns the ids that the chunk has. */
	async #tidyChunk(id: number): Promise<PartyId[]> {
		return this.#db.transact([CHUNKS, FRESH], 'readwrite', async (transaction) => {
			const chunks = transaction.objectStore(CHUNKS);
			const store = transaction.objectStore(FRESH);
			const chunk = await valueOf(chunks.get(id) as IDBRequest<Chunk | undefined>);
			if (!chunk) return [];
			const fresh = new Map((await allOf<Fresh>(transaction, FRESH)).map((one) => [one.id, one]));
			const before = rowsIn(chunk);
			const rows: PartyRow[] = [];
			for (const row of before) {
				const newer = fresh.get(row.party);
				if (!newer) rows.push(row);
				else if (newer.row) rows.push(newer.row);
				if (newer) store.delete(row.party);
			}
			if (before.some((row) => fresh.has(row.party)))
				chunks.put({ id, rows: JSON.stringify(rows) } satisfies Chunk);
			return before.map((row) => row.party);
		});
	}

	/** Parties that no chunk had become chunks of their own; what came in meanwhile stays for the next time. */
	async #addRest(rest: ReadonlySet<PartyId>): Promise<void> {
		await this.#db.transact([CHUNKS, FRESH], 'readwrite', async (transaction) => {
			const fresh = (await allOf<Fresh>(transaction, FRESH)).filter(({ id }) => rest.has(id));
			const rows = fresh.flatMap(({ row }) => row ?? []);
			for (const part of chunked(rows)) transaction.objectStore(CHUNKS).put({ rows: JSON.stringify(part) });
			for (const { id } of fresh) transaction.objectStore(FRESH).delete(id);
		});
	}
}

const rowsIn = (chunk: Chunk): PartyRow[] => JSON.parse(chunk.rows) as PartyRow[];

function* chunked<T>(rows: readonly T[]): Generator<T[]> {
	for (let at = 0; at < rows.length; at += CHUNK_ROWS) yield rows.slice(at, at + CHUNK_ROWS);
}
