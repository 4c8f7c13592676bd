import * as Y from 'yjs';

/** What of Yjs' insides the checks read; the types that Yjs exports leave these open. */
export type Struct = Y.Item | Y.GC | Y.Skip;
export type DeleteRange = { clock: number; len: number };
export type UpdateParts = { structs: Struct[]; deletes: Map<number, DeleteRange[]> };

/**
 * Takes an update apart without touching a document. Throws on malformed bytes, and on what decodes but what no Yjs
 * writes: structs and ranges of no length lead its binary searches astray, a client twice is applied only once, and
 * ranges that overlap can be searched through without end.
 */
export function takeApart(update: Uint8Array): UpdateParts {
	const decoded = Y.decodeUpdate(update);
	const structs = decoded.structs as Struct[];
	const deletes = decoded.ds.clients as Map<number, DeleteRange[]>;
	const clients = new Set<number>();
	let client: number | undefined;
	for (const struct of structs) {
		if (struct.length === 0) throw new Error('a struct of no length');
		if (struct.id.client === client) continue;
		({ client } = struct.id);
		if (clients.has(client)) throw new Error('a client comes twice');
		clients.add(client);
	}
	for (const ranges of deletes.values()) {
		let end = 0;
		for (const { clock, len } of ranges) {
			if (len === 0 || clock < end) throw new Error('delete ranges are out of order');
			end = clock + len;
		}
	}
	return { structs, deletes };
}

export const isItem = (struct: Struct): struct is Y.Item => struct.constructor === Y.Item;
export const isSkip = (struct: Struct): boolean => struct.constructor === Y.Skip;
/** Clock of the client's next struct in this document. */
export const clockOf = (doc: Y.Doc, client: number): number => Y.getState(doc.store, client);

/** True when every struct of [clock, clock + len) of the client is deleted in the document. */
export function isDeleted(doc: Y.Doc, client: number, { clock, len }: DeleteRange): boolean {
	const structs = doc.store.clients.get(client);
	const end = clock + len;
	if (!structs || clockOf(doc, client) < end) return false;
	for (let i = Y.findIndexSS(structs, clock); i < structs.length; i++) {
		const struct = structs[i];
		if (!struct || struct.id.clock >= end) break;
		if (!struct.deleted) return false;
	}
	return true;
}
