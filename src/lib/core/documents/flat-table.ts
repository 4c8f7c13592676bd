import type * as Y from 'yjs';
import { isSameValue, type Fields, type Scalar } from '../model/fields.ts';
import { pairsOf, RowCache, type RowChange, type Table } from './table.ts';

/**
 * A table whose ids are derived: keys `ID/field` in the root map. Two devices that make the same row without
 * knowing of each other merge key by key; as nested maps one whole row would disappear.
 */
export class FlatTable<T> extends RowCache<T> implements Table<T> {
	#index: Map<string, Set<string>> | undefined;

	has(id: string): boolean {
		return this.#keys().has(id);
	}

	value(id: string, key: string): unknown {
		return this.root.get(`${id}/${key}`);
	}

	add(id: string, values: ReadonlyMap<string, Scalar> | Record<string, Scalar>): void {
		for (const [key, value] of pairsOf(values)) this.#write(id, key, value);
	}

	set(id: string, key: string, value: Scalar): boolean {
		if (!this.has(id)) return false;
		this.#write(id, key, value);
		return true;
	}

	unset(id: string, key: string): void {
		this.root.delete(`${id}/${key}`);
		this.forget(id);
	}

	remove(id: string): void {
		for (const key of this.#keys().get(id) ?? []) this.root.delete(`${id}/${key}`);
		this.forget(id);
	}

	protected ids(): Iterable<string> {
		return this.#keys().keys();
	}

	protected fieldsOf(id: string): Fields | undefined {
		const keys = this.#keys().get(id);
		if (!keys) return undefined;
		return new Map([...keys].map((key) => [key, this.value(id, key)]));
	}

	protected override forget(id: string): void {
		this.#index = undefined;
		super.forget(id);
	}

	protected changesOf(events: Y.YEvent<Y.AbstractType<unknown>>[]): Map<string, RowChange> {
		const changed = new Map<string, Set<string>>();
		for (const event of events) {
			// Something nested stands where a plain value should: it belongs to the key at the head of its path.
			const [first] = event.path;
			for (const path of first === undefined ? event.keys.keys() : [String(first)]) {
				const [id, key] = splitKey(path);
				const keys = changed.get(id) ?? new Set();
				changed.set(id, keys.add(key));
			}
		}
		return changed;
	}

	#write(id: string, key: string, value: Scalar): void {
		if (key.includes('/')) throw new Error(`a key has no slash: ${key}`);
		const path = `${id}/${key}`;
		if (this.root.has(path) && isSameValue(this.root.get(path) as Scalar, value)) return;
		this.root.set(path, value);
		this.forget(id);
	}

	#keys(): Map<string, Set<string>> {
		if (this.#index) return this.#index;
		const index = new Map<string, Set<string>>();
		for (const path of this.root.keys()) {
			const [id, key] = splitKey(path);
			const keys = index.get(id);
			if (keys) keys.add(key);
			else index.set(id, new Set([key]));
		}
		this.#index = index;
		return index;
	}
}

/** Ids may hold slashes (a Message-ID does), keys don't. A path without one is a row without a key. */
const splitKey = (path: string): [string, string] => {
	const at = path.lastIndexOf('/');
	return at < 0 ? [path, ''] : [path.slice(0, at), path.slice(at + 1)];
};
