import * as Y from 'yjs';
import type { RoomName } from '#core/model/id.ts';
import { allOf, Database } from './database.ts';
import { toStorageError, type StorageFailure } from './failure.ts';
import type { Generations } from './generations.ts';
import { documentDatabase, type Owner } from './names.ts';
import type { Outbox } from './outbox.ts';
import type { Shelf } from './shelf.ts';

/** The origin of everything that was loaded from this device's own stores. */
const STORED_ORIGIN: unique symbol = Symbol('rapport stored');

/** What this device has of one document, from all three stores. */
export type LocalContent = {
	doc: Y.Doc;
	/** Something of it was on this device. */
	isKnown: boolean;
	/** The relay's sequence number that the shelf's part contains. */
	seq: number;
	/** The open document's own database could not be read whole; leave its generation. */
	isDamaged: boolean;
	/** A store that could not be read at all. */
	failure: StorageFailure | undefined;
};

/** The document of whole and sound updates alone; `loadLocalContent` is for those that may not be. */
export function documentOf(updates: readonly Uint8Array[]): Y.Doc {
	const doc = new Y.Doc();
	doc.transact(() => {
		for (const update of updates) Y.applyUpdate(doc, update, STORED_ORIGIN);
	}, STORED_ORIGIN);
	return doc;
}

/** Only existing databases: looking for one must not make it. */
export async function documentDatabases(): Promise<Set<string>> {
	const found = await indexedDB.databases();
	return new Set(found.map(({ name }) => name ?? ''));
}

/**
 * Builds the document from shelf, outbox and y-indexeddb. A damaged piece is left out and reported: what it held of
 * own edits is in the outbox until the relay has it, the rest comes from the shelf and the relay (rule 24).
 * `databases` spares the question which ones exist when many documents are loaded.
 */
export async function loadLocalContent(
	stores: { shelf: Shelf; outbox: Outbox; generations: Generations },
	owner: Owner,
	room: RoomName,
	databases?: ReadonlySet<string>
): Promise<LocalContent> {
	const failures: StorageFailure[] = [];
	const attempt = async <T>(read: Promise<T>, otherwise: T): Promise<T> => {
		try {
			return await read;
		} catch (cause) {
			failures.push(toStorageError(cause).failure);
			return otherwise;
		}
	};
	const [shelved, waiting, kept] = await Promise.all([
		attempt(stores.shelf.get(room), undefined),
		attempt(stores.outbox.rowsOf(room), []),
		readDocumentDatabase(documentDatabase(owner.member, room, stores.generations.of(room)), databases)
	]);
	const pieces = [
		...(shelved?.updates ?? []),
		...waiting.map((row) => row.update),
		...(kept.state === 'read' ? kept.updates : [])
	];
	const { doc, isWhole } = assemble(pieces);
	return {
		doc,
		// A database that was only opened has a row without content.
		isKnown: doc.store.clients.size > 0 || doc.store.pendingStructs !== null,
		seq: shelved?.seq ?? 0,
		isDamaged: kept.state === 'unreadable' || !isWhole,
		failure: failures[0]
	};
}

type Kept = { state: 'none' } | { state: 'read'; updates: Uint8Array[] } | { state: 'unreadable' };

/** The raw rows of a y-indexeddb database, without y-indexeddb: it adds a row per open and hangs on a corrupt one. */
async function readDocumentDatabase(name: string, databases?: ReadonlySet<string>): Promise<Kept> {
	try {
		if (!(databases ?? (await documentDatabases())).has(name)) return { state: 'none' };
		const db = new Database(name, 1, (created) => {
			// Deleted by another tab between the two lines: made as y-indexeddb itself would.
			created.createObjectStore('updates', { autoIncrement: true });
			created.createObjectStore('custom');
		});
		try {
			const rows = await db.transact(['updates'], 'readonly', (transaction) =>
				allOf<unknown>(transaction, 'updates')
			);
			return rows.every((row) => row instanceof Uint8Array)
				? { state: 'read', updates: rows }
				: { state: 'unreadable' };
		} finally {
			await db.close();
		}
	} catch (cause) {
		// Never opens, blocked or corrupt: all the same to us, the other stores have what counts.
		void cause;
		return { state: 'unreadable' };
	}
}

/** `applyUpdate` is not atomic, so after a bad piece everything good is applied anew to a fresh document. */
function assemble(pieces: readonly Uint8Array[]): { doc: Y.Doc; isWhole: boolean } {
	let doc = new Y.Doc();
	const bad = new Set<Uint8Array>();
	for (;;) {
		const failed = applyAll(
			doc,
			pieces.filter((piece) => !bad.has(piece))
		);
		if (!failed) return { doc, isWhole: bad.size === 0 };
		bad.add(failed);
		doc.destroy();
		doc = new Y.Doc();
	}
}

function applyAll(doc: Y.Doc, pieces: readonly Uint8Array[]): Uint8Array | undefined {
	let current: Uint8Array | undefined;
	try {
		doc.transact(() => {
			for (current of pieces) Y.applyUpdate(doc, current, STORED_ORIGIN);
		}, STORED_ORIGIN);
		return undefined;
	} catch (cause) {
		if (!current) throw cause;
		return current;
	}
}
