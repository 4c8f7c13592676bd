/** How taking something back went; `nothing`: it is no longer there to take back. */
export type Undone = 'undone' | 'changed-since' | 'nothing';

/** One thing that I did here and how to take it back by a new, inverse edit. */
export type Undoable = { undo: () => Undone };

/** Enough for an afternoon; what is older is in the history. */
const KEPT = 200;

/** What I did on one party in this tab, newest last. Only my own deeds ever get in. */
export class UndoStack {
	readonly #done: Undoable[] = [];

	push(deed: Undoable): void {
		this.#done.push(deed);
		if (this.#done.length > KEPT) this.#done.shift();
	}

	/** Takes this one back, wherever it stands. */
	take(deed: Undoable): Undone {
		const at = this.#done.indexOf(deed);
		if (at < 0) return 'nothing';
		this.#done.splice(at, 1);
		return deed.undo();
	}

	/**
	 * Takes the newest back. What somebody has changed since is left to them and said; what is no longer known
	 * is passed over.
	 */
	takeLast(): Undone {
		for (;;) {
			const deed = this.#done.pop();
			if (!deed) return 'nothing';
			const result = deed.undo();
			if (result !== 'nothing') return result;
		}
	}
}
