import type * as Y from 'yjs';
import { newId, type ChangeId } from '../model/id.ts';
import { byTime, headsOf, KEPT_CHANGES, parseChange, type Change, type FieldPath } from '../model/change.ts';
import { conflictIn, type Conflict } from '../model/conflict.ts';
import type { UnreadableRow } from './table.ts';

/**
 * The recent changes of a document's fields: root map from id to one plain, immutable value (as nested maps
 * 3,000 of them take five times as long to load).
 */
export class FieldChanges {
	readonly #root: Y.Map<unknown>;
	readonly #onEvent: (event: Y.YMapEvent<unknown>) => void;
	#byField: Map<FieldPath, Change[]> | undefined;
	readonly #fieldOf = new Map<string, FieldPath>();

	/** `onChange` hears after each transaction of which fields the changes are others now. */
	constructor(doc: Y.Doc, name: string, onChange: (fields: ReadonlySet<FieldPath>) => void) {
		this.#root = doc.getMap(name);
		this.#onEvent = (event) => {
			const before = [...event.keysChanged].map((id) => this.#fieldOf.get(id));
			this.#byField = undefined;
			this.#index();
			const after = [...event.keysChanged].map((id) => this.#fieldOf.get(id));
			onChange(new Set([...before, ...after].filter((field) => field !== undefined)));
		};
		this.#root.observe(this.#onEvent);
	}

	/** All kept changes of `field`, oldest first. */
	of(field: FieldPath): readonly Change[] {
		return this.#index().get(field) ?? [];
	}

	get(id: ChangeId): Change | undefined {
		return parseChange(id, this.#root.get(id));
	}

	fields(): FieldPath[] {
		return [...this.#index().keys()].sort();
	}

	/** The ids of the changes of `field` that are not superseded here: the bases of an edit that begins now. */
	heads(field: FieldPath): ChangeId[] {
		return headsOf(this.of(field)).map((change) => change.id);
	}

	conflict(field: FieldPath): Conflict | undefined {
		return conflictIn(field, this.of(field));
	}

	/** Writes one finished change and drops what is too old. To be called in a transaction. */
	write(change: Omit<Change, 'id'>): ChangeId {
		const id = newId<ChangeId>();
		this.#root.set(id, {
			field: change.field,
			from: change.from,
			to: change.to,
			by: change.by ?? null,
			at: change.at,
			bases: [...change.bases]
		});
		this.#byField = undefined;
		this.#prune(change.field);
		return id;
	}

	/** Values that are no changes: kept and listed. */
	unreadable(): UnreadableRow[] {
		const rows: UnreadableRow[] = [];
		for (const [id, value] of this.#root.entries())
			if (!parseChange(id, value)) rows.push({ table: 'changes', id, problems: ['row'] });
		return rows;
	}

	destroy(): void {
		this.#root.unobserve(this.#onEvent);
	}

	#index(): Map<FieldPath, Change[]> {
		if (this.#byField) return this.#byField;
		const index = new Map<FieldPath, Change[]>();
		this.#fieldOf.clear();
		for (const [id, value] of this.#root.entries()) {
			const change = parseChange(id, value);
			if (!change) continue;
			this.#fieldOf.set(id, change.field);
			const list = index.get(change.field);
			if (list) list.push(change);
			else index.set(change.field, [change]);
		}
		for (const list of index.values()) list.sort(byTime);
		this.#byField = index;
		return index;
	}

	/**
	 * Drops the oldest changes beyond KEPT_CHANGES, but only superseded ones whose own bases have been dropped
	 * before: were one dropped earlier, the change that it superseded would look like a head again. A base that is
	 * merely absent may still be on its way, so only a deletion that this document has seen counts.
	 */
	#prune(field: FieldPath): void {
		const left = [...this.of(field)];
		const superseded = new Set(left.flatMap((change) => change.bases));
		while (left.length > KEPT_CHANGES) {
			const at = left.findIndex(
				(change) => superseded.has(change.id) && change.bases.every((base) => this.#isDropped(base))
			);
			const [oldest] = at < 0 ? [] : left.splice(at, 1);
			if (!oldest) break;
			this.#root.delete(oldest.id);
			this.#byField = undefined;
		}
	}

	/** Yjs keeps a tombstone under each key that was ever deleted; there is no public way to ask for it. */
	#isDropped(id: ChangeId): boolean {
		return this.#root._map.get(id)?.deleted === true;
	}
}
