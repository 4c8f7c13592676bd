import * as Y from 'yjs';

/** What of Yjs' insides the checks read; the types that Yjs exports leave these open. */
export type Struct = Y.Item | Y.GC | Y.Skip;
export type DeleteRange = { clock: number; len: number };
export type UpdateParts = { structs: Struct[]; deletes: Map<number, DeleteRange[]> };

/** Takes an update apart without touching a document. Throws on malformed bytes. */
export function takeApart(update: Uint8Array): UpdateParts {
	const { structs, ds } = Y.decodeUpdate(update);
	return { structs: structs as Struct[], deletes: ds.clients as Map<number, DeleteRange[]> };
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
