import type * as Y from 'yjs';
import type { Fields, Parsed, Scalar } from '../model/fields.ts';

/** What a table knows about its rows. */
export type TableShape<T> = {
	parse: (id: string, fields: Fields) => Parsed<T>;
	compare: (a: T, b: T) => number;
};

/** A row that is in the document but can't be read; it is kept as it is. */
export type UnreadableRow = { table: string; id: string; problems: string[] };

/** What changed in one row: the names of keys, or the whole row came or went. */
export type RowChange = ReadonlySet<string> | 'row';
export type TableListener = (changed: ReadonlyMap<string, RowChange>) => void;

/** The reading half of a table. Rows keep their identity until they change. */
export interface ReadTable<T> {
	/** The row, or undefined when there is none or it can't be read. */
	get(id: string): T | undefined;
	has(id: string): boolean;
	/** All readable rows in the order of the table. */
	list(): readonly T[];
	unreadable(): UnreadableRow[];
	/** The raw value of one key; undefined when the row or the key is absent. */
	value(id: string, key: string): unknown;
	/** Calls after each transaction that touched the table. Returns how to stop. */
	observe(listener: TableListener): () => void;
}

/** One table of a document, whichever way its rows are laid down. Writers call it inside `doc.transact`. */
export interface Table<T> extends ReadTable<T> {
	/** Writes the given keys; a flat row that is already there is merged key by key. Throws when a nested one is. */
	add(id: string, values: ReadonlyMap<string, Scalar> | Record<string, Scalar>): void;
	/** Sets one key of a row that is there; false when the row is absent. An equal value is not written again. */
	set(id: string, key: string, value: Scalar): boolean;
	/** Takes one key out of a row. */
	unset(id: string, key: string): void;
	/** Takes a row out for good. People's rows are marked as trash instead. */
	remove(id: string): void;
	destroy(): void;
}

/** The pairs of `values`; a record's `__proto__` key can't be set by accident because only own keys count. */
export const pairsOf = (values: ReadonlyMap<string, Scalar> | Record<string, Scalar>): [string, Scalar][] =>
	values instanceof Map ? [...values] : Object.entries(values as Record<string, Scalar>);

/** Reading, caching and telling, which both layouts share. */
export abstract class RowCache<T> implements ReadTable<T> {
	readonly name: string;
	protected readonly root: Y.Map<unknown>;
	readonly #shape: TableShape<T>;
	readonly #parsed = new Map<string, Parsed<T>>();
	readonly #listeners = new Set<TableListener>();
	readonly #onEvents: (events: Y.YEvent<Y.AbstractType<unknown>>[]) => void;
	#list: readonly T[] | undefined;

	constructor(doc: Y.Doc, name: string, shape: TableShape<T>) {
		this.name = name;
		this.root = doc.getMap(name);
		this.#shape = shape;
		this.#onEvents = (events) => {
			const changed = this.changesOf(events);
			for (const id of changed.keys()) this.forget(id);
			for (const listener of [...this.#listeners]) listener(changed);
		};
		this.root.observeDeep(this.#onEvents);
	}

	abstract has(id: string): boolean;
	abstract value(id: string, key: string): unknown;
	protected abstract ids(): Iterable<string>;
	/** The keys of a row, 'broken' when something else stands in its place, undefined when there is none. */
	protected abstract fieldsOf(id: string): Fields | 'broken' | undefined;
	protected abstract changesOf(events: Y.YEvent<Y.AbstractType<unknown>>[]): Map<string, RowChange>;

	get(id: string): T | undefined {
		const parsed = this.#parse(id);
		return parsed?.state === 'read' ? parsed.value : undefined;
	}

	list(): readonly T[] {
		if (this.#list) return this.#list;
		const rows: T[] = [];
		for (const id of this.ids()) {
			const row = this.get(id);
			if (row !== undefined) rows.push(row);
		}
		this.#list = rows.sort(this.#shape.compare);
		return this.#list;
	}

	unreadable(): UnreadableRow[] {
		const rows: UnreadableRow[] = [];
		for (const id of this.ids()) {
			const parsed = this.#parse(id);
			if (parsed?.state === 'unreadable') rows.push({ table: this.name, id, problems: parsed.problems });
		}
		return rows.sort((a, b) => (a.id < b.id ? -1 : 1));
	}

	observe(listener: TableListener): () => void {
		this.#listeners.add(listener);
		return () => this.#listeners.delete(listener);
	}

	destroy(): void {
		this.#listeners.clear();
		this.root.unobserveDeep(this.#onEvents);
	}

	/** A row's cached value is no longer true. Writers call it too: observers run only after the transaction. */
	protected forget(id: string): void {
		this.#parsed.delete(id);
		this.#list = undefined;
	}

	#parse(id: string): Parsed<T> | undefined {
		const cached = this.#parsed.get(id);
		if (cached) return cached;
		const fields = this.fieldsOf(id);
		if (fields === undefined) return undefined;
		const parsed: Parsed<T> =
			fields === 'broken' ? { state: 'unreadable', problems: ['row'] } : this.#shape.parse(id, fields);
		this.#parsed.set(id, parsed);
		return parsed;
	}
}
