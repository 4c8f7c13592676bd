import type * as Y from 'yjs';
import type { Row } from '#core/documents/row.ts';
import type { RoomName } from '#core/model/id.ts';
import type { Position } from '#core/protocol/messages.ts';
import { parseRoom } from '#core/protocol/room.ts';
import type { ReadLog } from '../log/read-log.ts';
import { isDatabaseError } from '../log/database-error.ts';
import { DocumentCache } from './document-cache.ts';
import type { FeedStep, FeedStore } from './feed-store.ts';

/** Between two projections of one room, in ms (rule 10). */
export const PROJECT_EVERY_MS = 250;
/** The same for a room that is written without a rest: its row is worth less than the work of others. */
export const PROJECT_BUSY_EVERY_MS = 2_000;
/** A document in memory takes about ten times its encoded bytes; those being written to now are few. */
const CACHE_BYTES = 2 * 1024 * 1024;
const ROOMS_PER_READ = 500;
/** Rows in one live step: a step must not be larger than what a device takes at once. */
const STEP_ROWS = 500;
/** Rooms whose last projection is remembered. */
const REMEMBERED = 5_000;

export type ProjectorOptions = {
	log: Pick<ReadLog, 'changedAfter' | 'updatesAfter' | 'covers' | 'head'>;
	store: FeedStore;
	/** The log's present incarnation. */
	incarnation: string;
	project: (doc: Y.Doc, room: RoomName, seq: number) => Row[];
	now: () => number;
	onStep: (step: FeedStep) => void;
	/** A document that can't be projected: the others go on without it. */
	onFailure: (room: RoomName, error: unknown) => void;
};

/** Follows the log and keeps the feed's rows equal to the projection of its documents. */
export class Projector {
	readonly #options: ProjectorOptions;
	readonly #documents: DocumentCache;
	/** Rooms that changed and are not yet projected, with the sequence number by which this was noticed. */
	readonly #dirty = new Map<RoomName, number>();
	readonly #projected = new Map<RoomName, { at: number; seq: number; pause: number }>();
	/** Up to here the log has been looked through. */
	#seen: number;

	constructor(options: ProjectorOptions) {
		this.#options = options;
		const { log, store } = options;
		this.#documents = new DocumentCache(log, CACHE_BYTES);
		const position = store.logPosition;
		// A log put back from a backup may have gone another way since: nothing derived from the old one can stay.
		if (position.seq > 0 && !log.covers(position)) store.reset({ incarnation: options.incarnation, seq: 0 });
		this.#seen = store.logPosition.seq;
	}

	/**
	 * Works for about `budget` ms. Returns in how many ms there is more to do: 0 at once, undefined when everything
	 * that the log holds is projected.
	 */
	run(budget: number): number | undefined {
		const { now, store } = this.#options;
		const end = now() + budget;
		const hasMore = this.#look();
		const due = [...this.#dirty.keys()].filter((room) => this.#waitFor(room) <= 0);
		if (due.length > 0) {
			const after = store.position;
			const changes = store.transact(
				() => this.#projectUntil(due, end),
				() => this.#logPosition()
			);
			this.#announce(after, changes);
		}
		if (hasMore) return 0;
		if (this.#dirty.size === 0) return undefined;
		return Math.max(0, Math.min(...[...this.#dirty.keys()].map((room) => this.#waitFor(room))));
	}

	#look(): boolean {
		// Not further ahead than can be projected soon: what is dirty is in memory.
		if (this.#dirty.size >= ROOMS_PER_READ) return true;
		const found = this.#options.log.changedAfter(this.#seen, ROOMS_PER_READ);
		for (const { room, seq } of found) {
			this.#seen = Math.max(this.#seen, seq);
			// Until rights differ between members the feed is the same for all, so it holds what all may read.
			if (parseRoom(room)?.kind !== 'party' || this.#dirty.has(room)) continue;
			// Its projection may have been ahead of this look at the log already.
			if ((this.#projected.get(room)?.seq ?? 0) < seq) this.#dirty.set(room, seq);
		}
		return found.length === ROOMS_PER_READ;
	}

	#projectUntil(rooms: readonly RoomName[], end: number): Change[] {
		const { now, onFailure, project, store } = this.#options;
		const changes: Change[] = [];
		for (const room of rooms) {
			let seq = this.#dirty.get(room) ?? 0;
			try {
				const loaded = this.#documents.load(room);
				seq = loaded.seq;
				changes.push(store.replaceRoom(room, project(loaded.doc, room, seq)));
			} catch (error) {
				if (isDatabaseError(error)) throw error;
				onFailure(room, error);
			}
			this.#dirty.delete(room);
			this.#remember(room, seq);
			if (now() >= end) break;
		}
		return changes;
	}

	/** Everything up to here is projected: a room that is still dirty changed after it. */
	#logPosition(): Position {
		const seq = Math.min(this.#seen, ...[...this.#dirty.values()].map((noticed) => noticed - 1));
		return { incarnation: this.#options.incarnation, seq };
	}

	/** Sends the changes in steps; the rows' numbers run in the order of the changes, so each step ends at its last. */
	#announce(after: Position, changes: readonly Change[]): void {
		let from = after;
		let rows: string[] = [];
		let gone: string[] = [];
		const send = (): void => {
			const count = rows.length + gone.length;
			if (count === 0) return;
			const position = { incarnation: from.incarnation, seq: from.seq + count };
			this.#options.onStep({ after: from, position, rows, gone });
			from = position;
			rows = [];
			gone = [];
		};
		for (const change of changes) {
			if (rows.length + gone.length + change.rows.length > STEP_ROWS) send();
			rows.push(...change.rows);
			gone.push(...change.gone);
		}
		send();
	}

	#waitFor(room: RoomName): number {
		const last = this.#projected.get(room);
		return last === undefined ? 0 : last.at + last.pause - this.#options.now();
	}

	#remember(room: RoomName, seq: number): void {
		const at = this.#options.now();
		const last = this.#projected.get(room);
		const hasRested = last === undefined || at - last.at >= 2 * last.pause;
		const pause = hasRested ? PROJECT_EVERY_MS : Math.min(PROJECT_BUSY_EVERY_MS, 2 * last.pause);
		this.#projected.delete(room);
		this.#projected.set(room, { at, seq, pause });
		if (this.#projected.size <= REMEMBERED) return;
		const [oldest] = this.#projected.keys();
		if (oldest !== undefined) this.#projected.delete(oldest);
	}
}

type Change = { rows: string[]; gone: string[] };
