import * as Y from 'yjs';
import type { Remainder } from './remainder.ts';
import { clockOf, isItem } from './yjs-parts.ts';

/** Few structs can't cost much; most updates are a keystroke and are not looked at. */
const FEW_STRUCTS = 64;

/**
 * About how many neighbours Yjs will look at to find the places of new items, counted up to `limit`. An honest item
 * goes between two that were neighbours when it was made; thousands that all claim the same place, or a place
 * as wide as the document, cost Yjs their square, which is minutes for a small update.
 */
export function placingCost(doc: Y.Doc, remainder: Remainder, limit: number): number {
	const places = new Map<string, number>();
	let cost = 0;
	for (const structs of remainder.structs.values()) {
		if (structs.length <= FEW_STRUCTS && remainder.structs.size <= FEW_STRUCTS) continue;
		for (const item of structs) {
			if (!isItem(item)) continue;
			const place = placeOf(item);
			const before = places.get(place) ?? 0;
			places.set(place, before + 1);
			cost += before;
			for (let at = firstNeighbour(doc, item); at !== null && cost <= limit; at = at.right) {
				if (item.rightOrigin && Y.compareIDs(at.id, item.rightOrigin)) break;
				cost += 1;
			}
			if (cost > limit) return cost;
		}
	}
	return cost;
}

const nameOf = (id: Y.ID | null): string => (id ? `${id.client}:${id.clock}` : '');

function placeOf({ origin, rightOrigin, parent, parentSub }: Y.Item): string {
	const under = parent instanceof Y.ID ? nameOf(parent) : typeof parent === 'string' ? parent : '';
	return `${nameOf(origin)}|${nameOf(rightOrigin)}|${under}|${parentSub ?? ''}`;
}

/** Where Yjs begins to look, when that is in the document already. */
function firstNeighbour(doc: Y.Doc, { origin, parent, parentSub }: Y.Item): Y.Item | null {
	if (origin) return itemAt(doc, origin)?.right ?? null;
	const type = typeof parent === 'string' ? doc.share.get(parent) : parent && typeAt(doc, parent);
	if (!type) return null;
	let first = parentSub === null ? type._start : (type._map.get(parentSub) ?? null);
	while (parentSub !== null && first?.left) first = first.left;
	return first;
}

function itemAt(doc: Y.Doc, { client, clock }: Y.ID): Y.Item | undefined {
	const structs = doc.store.clients.get(client);
	if (!structs || clock >= clockOf(doc, client)) return undefined;
	const found = structs[Y.findIndexSS(structs, clock)];
	return found && isItem(found) ? found : undefined;
}

function typeAt(doc: Y.Doc, parent: Y.ID | Y.AbstractType<unknown>): Y.AbstractType<unknown> | undefined {
	if (!(parent instanceof Y.ID)) return parent;
	const content = itemAt(doc, parent)?.content;
	return content instanceof Y.ContentType ? content.type : undefined;
}
