import type * as Y from 'yjs';

/** Applying an update has cost more than any honest one does. The document is spoiled. */
export class TooCostly extends Error {
	constructor() {
		super('applying the update costs too much');
		this.name = 'TooCostly';
	}
}

/**
 * The structs of a document by client, in place of Yjs' own map. Yjs asks it for every neighbour it passes on its way
 * to the place of an item, so that it can end a search which would take minutes: nothing else can, once Yjs is at
 * work.
 */
export class MeteredClients extends Map<number, (Y.Item | Y.GC)[]> {
	/** Questions that may still be asked. */
	left = Infinity;

	override get(client: number): (Y.Item | Y.GC)[] | undefined {
		this.left -= 1;
		if (this.left < 0) throw new TooCostly();
		return super.get(client);
	}
}
