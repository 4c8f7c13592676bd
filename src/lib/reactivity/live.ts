import { createSubscriber } from 'svelte/reactivity';
import type { Source } from '../storage/source.ts';

/** Anything outside of Svelte that tells when it changed; `observe` returns how to stop. */
export type Observable = Pick<Source<unknown>, 'observe'>;

/** A value that a view may read like its own: reading `current` in a template or effect follows the source. */
export type Live<T> = { readonly current: T };

/**
 * The one bridge from the world of documents to runes. Nothing is held twice: `read` is called at each reading,
 * and caching and identity are the source's. Granularity is the caller's: one `live` for each thing that changes
 * on its own (a field, a row, a table).
 */
export function live<T>(source: Source<T>): Live<T>;
export function live<T>(source: Observable, read: () => T): Live<T>;
export function live<T>(source: Observable & { current?: T }, read?: () => T): Live<T> {
	const follow = createSubscriber((update) => source.observe(update));
	return {
		get current() {
			follow();
			return read ? read() : (source.current as T);
		}
	};
}
