import * as Y from 'yjs';

/**
 * Undo for one note: only what came from `origin`, this editor's own typing, and never the text of somebody else.
 * The library's own one also tracks origin `null`, under which Yjs tidies up the formats of others.
 */
export function noteUndo(body: Y.XmlElement, origin: object, isCaptured: () => boolean): Y.UndoManager {
	return new SoundUndoManager(body, {
		trackedOrigins: new Set([origin]),
		captureTransaction: isCaptured,
		// My own text in a block is taken back before the block itself: what still stands in it is theirs.
		deleteFilter: (item) => !(item.content instanceof Y.ContentType && item.content.type._length > 0)
	});
}

class SoundUndoManager extends Y.UndoManager {
	override undo() {
		return withSoundOrigins(() => super.undo());
	}
	override redo() {
		return withSoundOrigins(() => super.redo());
	}
}

/**
 * Runs `change` such that no item is written between two neighbours of which the right one does not stand right of
 * the left one. Yjs 13.6.33 does that when it restores text in a restored block (yjs/yjs#794, #699), and then
 * replicas show it in different orders for ever, with equal state vectors. The 3-peer fuzz finds it within 400 runs.
 */
function withSoundOrigins<T>(change: () => T): T {
	const { integrate } = Y.Item.prototype;
	Y.Item.prototype.integrate = function (transaction, offset) {
		if (this.left && this.right && !standsRightOf(this.left, this.right)) {
			this.right = this.left.right;
			this.rightOrigin = this.right?.id ?? null;
		}
		integrate.call(this, transaction, offset);
	};
	try {
		return change();
	} finally {
		Y.Item.prototype.integrate = integrate;
	}
}

function standsRightOf(left: Y.Item, right: Y.Item): boolean {
	let at = left.right;
	while (at && at !== right) at = at.right;
	return at === right;
}
