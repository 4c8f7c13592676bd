import * as Y from 'yjs';

/**
 * A document of the relay, with `updates` in it. The relay never edits by itself: Yjs tidies formatting after a remote
 * change of rich text, as an edit of its own, which every client makes already and which nobody would have written
 * here. It does so only for changes that are not local, so all of them are called local.
 */
export function loadDocument(updates: readonly Uint8Array[], { gc = true } = {}): Y.Doc {
	const doc = new Y.Doc({ gc });
	doc.on('beforeObserverCalls', (transaction: Y.Transaction) => {
		transaction.local = true;
	});
	applyUpdates(doc, updates);
	return doc;
}

/** Brings more updates into a document, in one transaction. Throws half way when one can't be applied. */
export function applyUpdates(doc: Y.Doc, updates: readonly Uint8Array[]): void {
	doc.transact(() => {
		for (const update of updates) Y.applyUpdate(doc, update);
	});
}
