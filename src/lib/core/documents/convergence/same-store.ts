import * as Y from 'yjs';

/** What the struct store of a document holds, in a form that can be compared. */
const structsOf = (doc: Y.Doc): unknown[] =>
	[...doc.store.clients.entries()]
		.sort(([a], [b]) => a - b)
		.map(([client, structs]) => [
			client,
			structs.map((struct) => {
				const base = [struct.constructor.name, struct.id.clock, struct.length, struct.deleted];
				if (!(struct instanceof Y.Item)) return base;
				const { origin, rightOrigin, parentSub, left, right } = struct;
				const id = (item: { lastId?: Y.ID; id: Y.ID } | null): unknown =>
					item ? [item.id.client, item.id.clock] : null;
				return [
					...base,
					struct.content.constructor.name,
					origin && [origin.client, origin.clock],
					rightOrigin && [rightOrigin.client, rightOrigin.clock],
					parentSub,
					id(left && { id: left.lastId }),
					id(right)
				];
			})
		]);

const deletedOf = (doc: Y.Doc): unknown => {
	const deleted = Y.createDeleteSetFromStructStore(doc.store);
	return [...deleted.clients.entries()].sort(([a], [b]) => a - b);
};

/** Everything in which two replicas that have exchanged all must be equal. */
export const storeOf = (doc: Y.Doc): unknown => ({
	json: doc.toJSON(),
	structs: structsOf(doc),
	deleted: deletedOf(doc),
	pending: [doc.store.pendingStructs, doc.store.pendingDs]
});
