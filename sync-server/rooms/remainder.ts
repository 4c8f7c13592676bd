import type * as Y from 'yjs';
import { clockOf, isDeleted, isSkip, type DeleteRange, type Struct, type UpdateParts } from './yjs-parts.ts';

/** What of an update the log does not hold yet. Checks of owners and clocks look at nothing else (rule 6). */
export type Remainder = {
	/** New structs by client, in clock order; the first may be known in part. */
	structs: Map<number, Struct[]>;
	deletes: { client: number; range: DeleteRange }[];
	/** Clocks as they will be when the update is applied, of the clients that have new structs. */
	ends: Map<number, number>;
};

/** Drops what `doc` holds already. */
export function remainderOf(doc: Y.Doc, parts: UpdateParts): Remainder {
	const structs = new Map<number, Struct[]>();
	const ends = new Map<number, number>();
	for (const struct of parts.structs) {
		const { client, clock } = struct.id;
		if (isSkip(struct) || clock + struct.length <= clockOf(doc, client)) continue;
		const list = structs.get(client);
		if (list) list.push(struct);
		else structs.set(client, [struct]);
		ends.set(client, clock + struct.length);
	}
	const deletes: Remainder['deletes'] = [];
	for (const [client, ranges] of parts.deletes)
		for (const range of ranges) if (!isDeleted(doc, client, range)) deletes.push({ client, range });
	return { structs, deletes, ends };
}

export const isNothing = (remainder: Remainder): boolean =>
	remainder.structs.size === 0 && remainder.deletes.length === 0;
