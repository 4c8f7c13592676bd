import * as Y from 'yjs';
import { isSameValue, isScalar, type Fields, type Scalar } from '../model/fields.ts';
import { pairsOf, RowCache, type RowChange, type Table } from './table.ts';

/**
 * A table whose ids are made once, on one device: root map from id to a map of keys. A row's map is never
 * replaced, that would silently lose what others write in it at the same time.
 */
export class NestedTable<T> extends RowCache<T> implements Table<T> {
	has(id: string): boolean {
		return this.root.has(id);
	}

	value(id: string, key: string): unknown {
		return this.row(id)?.get(key);
	}

	/** The row's own map, for keys that hold more than a plain value. */
	row(id: string): Y.Map<unknown> | undefined {
		const row = this.root.get(id);
		return row instanceof Y.Map ? row : undefined;
	}

	add(id: string, values: ReadonlyMap<string, Scalar> | Record<string, Scalar>): void {
		if (this.root.has(id)) throw new Error(`the row ${id} of ${this.name} is there already`);
		this.root.set(id, new Y.Map<unknown>(pairsOf(values)));
		this.forget(id);
	}

	set(id: string, key: string, value: Scalar): boolean {
		const row = this.row(id);
		if (!row) return false;
		const before = row.get(key);
		if (before !== undefined && !isScalar(before))
			throw new Error(`${key} of ${this.name} holds a text of its own`);
		if (row.has(key) && isSameValue(before, value)) return true;
		row.set(key, value);
		this.forget(id);
		return true;
	}

	unset(id: string, key: string): void {
		const row = this.row(id);
		if (!row?.has(key)) return;
		row.delete(key);
		this.forget(id);
	}

	remove(id: string): void {
		this.root.delete(id);
		this.forget(id);
	}

	protected ids(): Iterable<string> {
		return this.root.keys();
	}

	protected fieldsOf(id: string): Fields | 'broken' | undefined {
		if (!this.root.has(id)) return undefined;
		const row = this.row(id);
		return row ? new Map(row.entries()) : 'broken';
	}

	protected changesOf(events: Y.YEvent<Y.AbstractType<unknown>>[]): Map<string, RowChange> {
		const changed = new Map<string, RowChange>();
		for (const event of events) {
			const [id, key] = event.path;
			if (id === undefined) {
				for (const row of event.keys.keys()) changed.set(row, 'row');
				continue;
			}
			const known = changed.get(String(id));
			if (known === 'row') continue;
			// Deeper events (a note's body) carry the key of the row on their way.
			const keys = key === undefined ? event.keys.keys() : [String(key)];
			changed.set(String(id), new Set([...(known ?? []), ...keys]));
		}
		return changed;
	}
}
