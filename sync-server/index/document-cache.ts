import type * as Y from 'yjs';
import type { RoomName } from '#core/model/id.ts';
import { applyUpdates, loadDocument } from '../log/load-document.ts';
import type { ReadLog } from '../log/read-log.ts';

type Cached = { doc: Y.Doc; seq: number; bytes: number };

/** Documents being projected, kept while they fit: one that is written to now will be written to again soon. */
export class DocumentCache {
	readonly #log: Pick<ReadLog, 'updatesAfter'>;
	readonly #capacity: number;
	readonly #cached = new Map<RoomName, Cached>();
	#bytes = 0;

	/** `capacity` in bytes of encoded updates. */
	constructor(log: Pick<ReadLog, 'updatesAfter'>, capacity: number) {
		this.#log = log;
		this.#capacity = capacity;
	}

	get bytes(): number {
		return this.#bytes;
	}

	/** The room's document as the log has it now, and its sequence number. Throws when the log can't be applied. */
	load(room: RoomName): { doc: Y.Doc; seq: number } {
		const cached = this.#take(room) ?? { doc: loadDocument([]), seq: 0, bytes: 0 };
		try {
			const { seq, updates } = this.#log.updatesAfter(room, cached.seq);
			applyUpdates(cached.doc, updates);
			cached.seq = seq;
			for (const { length } of updates) cached.bytes += length;
		} catch (error) {
			cached.doc.destroy();
			throw error;
		}
		this.#cached.set(room, cached);
		this.#bytes += cached.bytes;
		this.#evict(room);
		return cached;
	}

	#take(room: RoomName): Cached | undefined {
		const cached = this.#cached.get(room);
		if (!cached) return undefined;
		this.#cached.delete(room);
		this.#bytes -= cached.bytes;
		return cached;
	}

	/** Drops the longest unused ones, but never the one in use. */
	#evict(used: RoomName): void {
		for (const room of this.#cached.keys()) {
			if (this.#bytes <= this.#capacity || room === used) return;
			this.#take(room)?.doc.destroy();
		}
	}
}
