import { compareText } from '#core/model/rank.ts';
import type { PartyRow } from '#core/documents/row.ts';
import type { PartyId } from '#core/model/id.ts';
import type { PartyRows } from '$lib/workspace/workspace.ts';
import { Haystack } from './haystack.ts';
import {
	clues,
	foldQuickly,
	haystackOf,
	isNarrower,
	matches,
	parseQuery,
	type PartyQuery
} from './party-query.ts';

export const PARTY_SORTS = ['name', 'lastEntry'] as const;
export type PartySort = (typeof PARTY_SORTS)[number];

/** A row with what sorting and filtering need of it; `hay` is made when first asked for,
 * `index` is its place in the `Haystack`. */
type Item = { row: PartyRow; hay: string | undefined; name: string; at: number; index: number };

const COMPARE: Record<PartySort, (a: Item, b: Item) => number> = {
	name: (a, b) => compareText(a.name, b.name) || compareText(a.row.id, b.row.id),
	lastEntry: (a, b) => b.at - a.at || COMPARE.name(a, b)
};

/**
 * The party rows in order and filtered, over the rows that the workspace keeps in memory. Both orders are kept
 * sorted and follow single changes by binary search, so that a keystroke costs one walk over the rows at most.
 */
export class PartyList {
	readonly #rows: PartyRows;
	readonly #items = new Map<PartyId, Item>();
	readonly #sorted: Record<PartySort, Item[] | undefined> = { name: undefined, lastEntry: undefined };
	#hay: Haystack | undefined;
	readonly #observers = new Set<() => void>();
	readonly #stop: () => void;
	#found:
		{ sort: PartySort; query: PartyQuery; items: readonly Item[]; rows: readonly PartyRow[] } | undefined;

	constructor(rows: PartyRows) {
		this.#rows = rows;
		this.#rebuild();
		this.#stop = rows.observeIds((ids) => {
			// Beyond a few hundred changes sorting anew is cheaper than moving each.
			if (ids === 'all' || ids.size > 500) this.#rebuild();
			else for (const id of ids) this.#replace(id, rows.get(id));
			this.#found = undefined;
			this.#hay = undefined;
			for (const changed of [...this.#observers]) changed();
		});
	}

	get size(): number {
		return this.#items.size;
	}

	observe(changed: () => void): () => void {
		this.#observers.add(changed);
		return () => this.#observers.delete(changed);
	}

	/** The rows that match `typed`, in order. The same array until rows, order or filter change. */
	find(typed: string, sort: PartySort): readonly PartyRow[] {
		const query = parseQuery(typed);
		const before = this.#found;
		if (before?.sort === sort && before.query.text === query.text && before.query.digits === query.digits)
			return before.rows;
		const within = before?.sort === sort && isNarrower(query, before.query) ? before.items : undefined;
		const items = this.#matching(query, sort, within);
		const rows = items.map((item) => item.row);
		this.#found = { sort, query, items, rows };
		return rows;
	}

	/** Does a part of the work of the first filter, to be called while nothing else happens; false when all is done. */
	warm(isTimeLeft: () => boolean): boolean {
		for (const item of this.#items.values()) {
			if (item.hay !== undefined) continue;
			if (!isTimeLeft()) return true;
			hayOf(item);
		}
		this.#hay ??= this.#stack();
		return false;
	}

	destroy(): void {
		this.#stop();
		this.#observers.clear();
	}

	#rebuild(): void {
		const old = new Map(this.#items);
		this.#items.clear();
		for (const row of this.#rows.current) {
			const known = old.get(row.party);
			this.#items.set(row.party, known?.row === row ? known : itemOf(row));
		}
		for (const sort of PARTY_SORTS) this.#sorted[sort] = undefined;
	}

	#matching(query: PartyQuery, sort: PartySort, within: readonly Item[] | undefined): readonly Item[] {
		const all = this.#inOrder(sort);
		if (query.words.length === 0) return all;
		// A few rows are asked one by one, many by the one long string.
		if (within && within.length < all.length / 8) return within.filter((item) => matches(hayOf(item), query));
		this.#hay ??= this.#stack();
		const hit = this.#hay.find(clues(query));
		const isExact = query.words.length === 1;
		return all.filter((item) => hit[item.index] === 1 && (isExact || matches(hayOf(item), query)));
	}

	#stack(): Haystack {
		const items = [...this.#items.values()];
		for (const [index, item] of items.entries()) item.index = index;
		return new Haystack(items.map(hayOf));
	}

	#inOrder(sort: PartySort): Item[] {
		return (this.#sorted[sort] ??= [...this.#items.values()].sort(COMPARE[sort]));
	}

	#replace(party: PartyId, row: PartyRow | undefined): void {
		const old = this.#items.get(party);
		const item = row && itemOf(row);
		if (item) this.#items.set(party, item);
		else this.#items.delete(party);
		for (const sort of PARTY_SORTS) {
			const list = this.#sorted[sort];
			if (!list) continue;
			if (old) list.splice(placeOf(list, old, COMPARE[sort]), 1);
			if (item) list.splice(placeOf(list, item, COMPARE[sort]), 0, item);
		}
	}
}

const hayOf = (item: Item): string => (item.hay ??= haystackOf(item.row.facts));

const itemOf = (row: PartyRow): Item => ({
	row,
	hay: undefined,
	name: foldQuickly(row.facts.name),
	at: row.facts.lastEntryAt,
	index: -1
});

/** The index of `item` in the sorted `list`, or where it belongs. */
function placeOf(list: readonly Item[], item: Item, compare: (a: Item, b: Item) => number): number {
	let low = 0;
	let high = list.length;
	while (low < high) {
		const middle = (low + high) >> 1;
		const other = list[middle];
		if (other && compare(other, item) < 0) low = middle + 1;
		else high = middle;
	}
	return low;
}
