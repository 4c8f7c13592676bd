import * as Y from 'yjs';
import { rootsOf } from '#core/documents/roots.ts';
import type { MemberId, RoomName } from '#core/model/id.ts';
import { parseRoom } from '#core/protocol/room.ts';
import type { ClockRange } from '../log/ranges.ts';
import type { Remainder } from './remainder.ts';
import { loadDocument } from '../log/load-document.ts';
import { MeteredClients } from './metered-clients.ts';
import { clockOf } from './yjs-parts.ts';

/** Questions to the struct store that applying any update may take; about a second of work. */
const ENOUGH_QUESTIONS = 2_000_000;
/** A struct takes some ten questions and is seldom shorter than ten bytes. */
const QUESTIONS_PER_BYTE = 2;

/** A room that is being written: its document as the log has it, for checks (rule 7). */
export class Room {
	readonly name: RoomName;
	readonly doc: Y.Doc;
	readonly roots: ReadonlySet<string>;
	readonly owners: Map<number, MemberId>;
	readonly #clients = new MeteredClients();
	/** Bytes of the updates that went in; what the cache counts. */
	bytes: number;
	/** When it was last written, ms since the epoch. */
	usedAt = 0;

	/** Builds the document from the log's updates. Throws when the log's own content does not load. */
	constructor(name: RoomName, content: readonly Uint8Array[], owners: Map<number, MemberId>) {
		this.name = name;
		this.owners = owners;
		this.roots = rootsOf(parseRoom(name)?.kind ?? '');
		this.doc = loadDocument(content);
		for (const [client, structs] of this.doc.store.clients) this.#clients.set(client, structs);
		this.doc.store.clients = this.#clients;
		if (this.#isPending) throw new Error('the log has a gap');
		this.bytes = content.reduce((sum, update) => sum + update.length, 0);
	}

	/**
	 * Applies a checked update and returns what was new, re-encoded. Throws when Yjs does, when it costs too much, or
	 * when something stays pending; the document is then spoiled and must be built anew: `applyUpdate` is not atomic.
	 */
	apply(update: Uint8Array): Uint8Array | undefined {
		const deltas: Uint8Array[] = [];
		const listen = (fresh: Uint8Array): void => {
			deltas.push(fresh);
		};
		this.doc.on('update', listen);
		this.#clients.left = ENOUGH_QUESTIONS + QUESTIONS_PER_BYTE * update.length;
		try {
			Y.applyUpdate(this.doc, update);
		} finally {
			this.#clients.left = Infinity;
			this.doc.off('update', listen);
		}
		if (this.#isPending) throw new Error('the update stays pending');
		// One update is one transaction, see loadDocument. Were it ever more, losing one would lose an edit.
		const delta = deltas.length > 1 ? Y.mergeUpdates(deltas) : deltas[0];
		this.bytes += delta?.length ?? 0;
		return delta;
	}

	/** The clock ranges that `remainder` adds; to be asked before `apply`. */
	ranges(remainder: Remainder): ClockRange[] {
		return [...remainder.ends].map(([client, to]) => ({ client, from: clockOf(this.doc, client), to }));
	}

	get stateVector(): Uint8Array {
		return Y.encodeStateVector(this.doc);
	}

	destroy(): void {
		this.doc.destroy();
	}

	get #isPending(): boolean {
		return this.doc.store.pendingStructs !== null || this.doc.store.pendingDs !== null;
	}
}
