import * as Y from 'yjs';
import type { RoomName } from '#core/model/id.ts';
import { deleteDatabase } from '../storage/database.ts';
import { documentDatabases, documentOf, loadLocalContent } from '../storage/local-content.ts';
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

/**
 * Folds what killed tabs have left open, and deletes databases of generations that were left behind. To be called
 * with contact to the relay. Returns how many edits were found that no outbox knows of; they wait there now.
 */
export async function foldLeftovers(stores: Stores): Promise<number> {
	const { member, workspace } = stores.owner;
	let found = 0;
	for (const name of await documentDatabases()) {
		const kept = parseDocumentDatabase(name);
		if (kept?.member !== member || !kept.room.startsWith(`${workspace}/`)) continue;
		if (kept.generation < stores.generations.of(kept.room)) await deleteDatabase(name);
		else if (await rescueEdits(stores, kept.room)) found++;
		else await foldDocument(stores, kept.room);
	}
	return found;
}

/**
 * A tab that was killed while the outbox could not write has left edits in the document's own database alone. They
 * can't be told from what others had sent there, so everything that shelf and outbox lack goes to the relay, which
 * drops what it holds. True when there was something.
 */
async function rescueEdits(stores: Stores, room: RoomName): Promise<boolean> {
	return navigator.locks.request(
		documentLock(stores.owner.member, room),
		{ ifAvailable: true },
		async (lock) => {
			if (!lock) return false;
			const [shelved, waiting, whole] = await Promise.all([
				stores.shelf.get(room),
				stores.outbox.rowsOf(room),
				loadLocalContent(stores, stores.owner, room)
			]);
			const base = documentOf([...(shelved?.updates ?? []), ...waiting.map((row) => row.update)]);
			const isCovered = Y.equalSnapshots(Y.snapshot(base), Y.snapshot(whole.doc));
			const at = Date.now();
			const update = Y.encodeStateAsUpdate(whole.doc, Y.encodeStateVector(base));
			base.destroy();
			whole.doc.destroy();
			if (isCovered || whole.failure !== undefined) return false;
			await stores.outbox.appendAll([{ room, writer: '', n: at, update, at, away: false }]);
			return true;
		}
	);
}
