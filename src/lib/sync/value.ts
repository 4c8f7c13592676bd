import type { Source } from '../storage/source.ts';

/** A source that its owner sets; observers are told after the value changed, in the order they came. */
export class Value<T> implements Source<T> {
	#current: T;
	readonly #observers = new Set<() => void>();

	constructor(first: T) {
		this.#current = first;
	}

	get current(): T {
		return this.#current;
	}

	/** Replaces the value; tells nobody when `next` is the very same. */
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
