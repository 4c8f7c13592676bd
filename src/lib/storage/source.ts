/** A value outside of Svelte that tells when it changed; `reactivity/live.ts` makes it readable for views. */
export type Source<T> = {
	/** The value now. A new reference after each change, the same one between changes. */
	readonly current: T;
	/** Calls `changed` after each change; returns how to stop. */
	observe: (changed: () => void) => () => void;
};

/** A source that its owner sets. */
export class Value<T> implements Source<T> {
	#current: T;
	readonly #observers = new Set<() => void>();

	constructor(first: T) {
		this.#current = first;
	}

	get current(): T {
		return this.#current;
	}

	/** Replaces the value and tells the observers, unless `next` is the very same. */
	set(next: T): void {
		if (Object.is(next, this.#current)) return;
		this.#current = next;
		for (const changed of [...this.#observers]) changed();
	}

	observe(changed: () => void): () => void {
		// A wrapper, so that one function given twice counts twice.
		const observer = (): void => changed();
		this.#observers.add(observer);
		return () => this.#observers.delete(observer);
	}
}
