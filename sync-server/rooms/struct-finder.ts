import * as Y from 'yjs';
import type { CheckInput } from './checks.ts';
import { clockOf, type Struct } from './yjs-parts.ts';

/** Finds a struct by id, in the update first, then in the document. */
export function structFinder({ doc, remainder }: CheckInput): (id: Y.ID) => Struct | undefined {
	return ({ client, clock }) => {
		const fresh = remainder.structs.get(client);
		if (fresh && fresh.length > 0 && (fresh[0]?.id.clock ?? Infinity) <= clock) {
			let low = 0;
			let high = fresh.length - 1;
			while (low < high) {
				const middle = (low + high + 1) >> 1;
				if ((fresh[middle]?.id.clock ?? 0) <= clock) low = middle;
				else high = middle - 1;
			}
			return fresh[low];
		}
		const structs = doc.store.clients.get(client);
		if (!structs || clock >= clockOf(doc, client)) return undefined;
		return structs[Y.findIndexSS(structs, clock)];
	};
}
