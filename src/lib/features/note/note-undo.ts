import * as Y from 'yjs';

/**
 * Undo for one note: only what came from `origin`, this editor's own typing, and never the text of somebody else.
 * The library's own one also tracks origin `null`, under which Yjs tidies up the formats of others.
 */
export function noteUndo(body: Y.XmlElement, origin: object, isCaptured: () => boolean): Y.UndoManager {
	return new Y.UndoManager(body, {
		trackedOrigins: new Set([origin]),
		captureTransaction: isCaptured,
		// My own text in a block is taken back before the block itself: what still stands in it is theirs.
		deleteFilter: (item) => !(item.content instanceof Y.ContentType && item.content.type._length > 0)
	});
}
