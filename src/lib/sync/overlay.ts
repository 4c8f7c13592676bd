import type { Row } from '#core/documents/row.ts';
import type { RoomName } from '#core/model/id.ts';

/** `feed`: the newest seq of a feed row of this room that came since the own rows stand. */
type Own = { rows: readonly Row[]; feed: number } &
	/** `known`: the relay's seq up to which the own rows were projected, or are being pulled. */
	(
		| { state: 'dirty'; known: number }
		/** All edits are acknowledged; the feed has still to catch up. */
		| { state: 'acknowledged'; seq: number }
	);

/**
 * The device's own projection of documents that it changed, over the rows of the feed (rule 26): own rows stand until
 * a feed row of that room has reached the acknowledged sequence number. Pure: who calls stores and pulls.
 */
export class Overlay {
	readonly #own = new Map<RoomName, Own>();
	readonly #needsPull: (room: RoomName) => void;

	/**
	 * `needsPull` is told a room once for each newer feed row that comes while its edits are not acknowledged: the own
	 * rows lack what others wrote. Whoever is told pulls, projects anew, and calls `edit` with the new basis.
	 */
	constructor(needsPull: (room: RoomName) => void) {
		this.#needsPull = needsPull;
	}

	/**
	 * The projection of a document with edits that are not acknowledged; `basis` is the relay's seq that it contains
	 * as far as the device knows, else 0.
	 */
	edit(room: RoomName, rows: readonly Row[], basis: number): void {
		const before = this.#own.get(room);
		const known = before?.state === 'dirty' ? Math.max(before.known, basis) : basis;
		this.#own.set(room, { state: 'dirty', rows, known, feed: before?.feed ?? 0 });
	}

	/**
	 * All edits of the room are acknowledged at `seq`. `stored` is the seq of the feed's row that the device has, 0
	 * for none. True when the own rows fall at once, because the feed was faster.
	 */
	acknowledge(room: RoomName, seq: number, stored: number): boolean {
		const own = this.#own.get(room);
		if (!own) return false;
		if (Math.max(own.feed, stored) >= seq) return this.#own.delete(room);
		this.#own.set(room, { state: 'acknowledged', rows: own.rows, feed: own.feed, seq });
		return false;
	}

	/** Feed rows that arrived, by whatever page or step. Returns the rooms whose own rows fall: show the feed's. */
	receive(rows: readonly Row[]): RoomName[] {
		const newest = new Map<RoomName, number>();
		for (const { room, seq } of rows) newest.set(room, Math.max(seq, newest.get(room) ?? 0));
		return [...newest].filter(([room, seq]) => this.#reached(room, seq)).map(([room]) => room);
	}

	/** The own rows that stand instead of the feed's rows of this room; undefined when the feed's stand. */
	standing(room: RoomName): readonly Row[] | undefined {
		return this.#own.get(room)?.rows;
	}

	/** All rooms with own rows that stand. */
	rooms(): IterableIterator<RoomName> {
		return this.#own.keys();
	}

	/** The feed's rows stand at once: the document was purged, or the relay's numbering is a new one. */
	drop(room: RoomName): void {
		this.#own.delete(room);
	}

	#reached(room: RoomName, seq: number): boolean {
		const own = this.#own.get(room);
		if (!own) return false;
		own.feed = Math.max(own.feed, seq);
		if (own.state === 'acknowledged') return seq >= own.seq && this.#own.delete(room);
		if (seq <= own.known) return false;
		own.known = seq;
		this.#needsPull(room);
		return false;
	}
}
