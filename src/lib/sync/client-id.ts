import { uint32 } from 'lib0/random';
import type { Awareness } from 'y-protocols/awareness';
import { getState, type Doc } from 'yjs';

/** True when nothing was written under the document's present client id, so that it may be exchanged for another. */
export const isUnused = (doc: Doc): boolean => getState(doc.store, doc.clientID) === 0;

/** Goes on under a new Yjs client id. */
export const takeNewClientId = (doc: Doc): void => {
	doc.clientID = uint32();
};

/**
 * Yjs changes a document's client id by itself when somebody else writes under it; awareness does not follow, and a
 * stock provider then throws while it connects. Moves the local state to the document's id.
 */
export function followClientId(doc: Doc, awareness: Awareness): void {
	const state = awareness.getLocalState();
	awareness.setLocalState(null);
	awareness.clientID = doc.clientID;
	awareness.setLocalState(state);
}
