import * as Y from 'yjs';
import type { RoomName } from '#core/model/id.ts';
import { deleteDatabase } from '../storage/database.ts';
import { documentDatabases, loadLocalContent } from '../storage/local-content.ts';
import { documentDatabase, documentLock, parseDocumentDatabase } from '../storage/names.ts';
import type { Stores } from './stores.ts';

/**
 * Folds a closed document into the shelf and deletes its own database. Only when everything in it is acknowledged and
 * no tab has it open; else it stays and is folded another time. Throws StorageError; then nothing was deleted.
 */
export async function foldDocument(stores: Stores, room: RoomName): Promise<'folded' | 'stays'> {
	const { member } = stores.owner;
	return navigator.locks.request(documentLock(member, room), { ifAvailable: true }, async (lock) => {
		if (!lock) return 'stays';
		if ((await stores.outbox.rowsOf(room)).length > 0) return 'stays';
		const generation = stores.generations.of(room);
		const name = documentDatabase(member, room, generation);
		if (!(await documentDatabases()).has(name)) return 'folded';
		const { doc, isKnown, seq, failure } = await loadLocalContent(stores, stores.owner, room);
		if (failure !== undefined) return 'stays';
		// A document that turned out to have no content anywhere (opened by a wrong address) leaves nothing.
		if (isKnown) await stores.shelf.fold(room, Y.encodeStateAsUpdate(doc), seq);
		doc.destroy();
		await deleteDatabase(name);
		return 'folded';
	});
}

/** Folds what earlier tabs have left open, and deletes databases of generations that were left behind. */
export async function foldLeftovers(stores: Stores): Promise<void> {
	const { member, workspace } = stores.owner;
	for (const name of await documentDatabases()) {
		const kept = parseDocumentDatabase(name);
		if (kept?.member !== member || !kept.room.startsWith(`${workspace}/`)) continue;
		if (kept.generation < stores.generations.of(kept.room)) await deleteDatabase(name);
		else await foldDocument(stores, kept.room);
	}
}
