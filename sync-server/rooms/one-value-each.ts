import * as Y from 'yjs';
import type { Check } from './checks.ts';
import type { Remainder } from './remainder.ts';
import { structFinder } from './struct-finder.ts';
import { isItem, type DeleteRange, type Struct } from './yjs-parts.ts';

/**
 * Under a key stands one value at a time. Of a run of several Yjs deletes only the part next to the newer value, which
 * part that is depends on the order of arrival, and replicas differ for ever. Values that are all deleted may come as
 * a run: undo keeps them, and Yjs joins them.
 */
export const oneValueEach: Check = (input) => {
	const find = structFinder(input);
	const known = new Map<Struct, string | null>();
	let deletes: Map<number, DeleteRange[]> | undefined;
	for (const structs of input.remainder.structs.values())
		for (const struct of structs) {
			if (!isItem(struct) || struct.length === 1 || struct.content.constructor === Y.ContentDeleted) continue;
			if (keyOf(struct, find, known) === null) continue;
			deletes ??= deletesByClient(input.remainder);
			if (!isWithin(deletes.get(struct.id.client) ?? [], struct)) return 'forbiddenContent';
		}
	return undefined;
};

function deletesByClient({ deletes }: Remainder): Map<number, DeleteRange[]> {
	const ranges = new Map<number, DeleteRange[]>();
	for (const { client, range } of deletes) {
		const known = ranges.get(client);
		if (known) known.push(range);
		else ranges.set(client, [range]);
	}
	return ranges;
}

/** True when one of the ranges, which are in order, holds the whole item. */
function isWithin(ranges: readonly DeleteRange[], { id, length }: Y.Item): boolean {
	let low = 0;
	let high = ranges.length - 1;
	while (low < high) {
		const middle = (low + high + 1) >> 1;
		if ((ranges[middle]?.clock ?? 0) <= id.clock) low = middle;
		else high = middle - 1;
	}
	const range = ranges[low];
	return range !== undefined && range.clock <= id.clock && range.clock + range.len >= id.clock + length;
}

/** The key under which an item stands, its own or that of its siblings; null for what stands in a list or text. */
function keyOf(
	item: Y.Item,
	find: (id: Y.ID) => Struct | undefined,
	known: Map<Struct, string | null>
): string | null {
	const trail: Y.Item[] = [];
	let at: Struct | undefined = item;
	let key: string | null = null;
	while (at && isItem(at)) {
		const before = known.get(at);
		if (before !== undefined || at.parent !== null) {
			key = before ?? at.parentSub;
			break;
		}
		// Marked already, so that siblings that name each other in a circle end too.
		known.set(at, null);
		trail.push(at);
		const sibling: Y.ID | null = at.origin ?? at.rightOrigin;
		at = sibling ? find(sibling) : undefined;
	}
	for (const passed of trail) known.set(passed, key);
	return key;
}
