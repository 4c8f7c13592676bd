import type * as Y from 'yjs';

/**
 * Tells listeners by path what has changed: 'all', a table ('channels'), a row ('channels/ID'), a key
 * ('channels/ID/value'). One call per listener and transaction, after all caches know.
 */
export class Watch {
	readonly #doc: Y.Doc;
	readonly #listeners = new Map<string, Set<() => void>>();
	readonly #changed = new Set<string>();
	readonly #onDone = (): void => this.#tell();

	constructor(doc: Y.Doc) {
		this.#doc = doc;
		doc.on('afterTransaction', this.#onDone);
	}

	observe(path: string, listener: () => void): () => void {
		const known = this.#listeners.get(path) ?? new Set();
		this.#listeners.set(path, known.add(listener));
		return () => {
			known.delete(listener);
			if (known.size === 0 && this.#listeners.get(path) === known) this.#listeners.delete(path);
		};
	}

	/** Notes that everything at and below `path` may be another now. */
	touch(path: string): void {
		this.#changed.add(path);
	}

	destroy(): void {
		this.#doc.off('afterTransaction', this.#onDone);
		this.#listeners.clear();
	}

	#tell(): void {
		if (this.#changed.size === 0) return;
		const changed = [...this.#changed];
		this.#changed.clear();
		const due = new Set<() => void>();
		for (const [path, listeners] of this.#listeners) {
			if (path === 'all' || changed.some((touched) => isRelated(path, touched)))
				for (const listener of listeners) due.add(listener);
		}
		for (const listener of due) listener();
	}
}

const isRelated = (a: string, b: string): boolean =>
	a === b || a.startsWith(`${b}/`) || b.startsWith(`${a}/`);
