import type { MemberId, RoomName } from '#core/model/id.ts';
import { MAX_UPDATE_BYTES, MAX_UPDATE_PARTS } from '#core/protocol/limits.ts';
import type { RefusalReason } from '#core/protocol/refusal.ts';
import type { Log } from '../log/log.ts';
import { isDatabaseError } from '../log/database-error.ts';
import { judge, reasonOfGap, type CheckName } from './checks.ts';
import { Claims } from './claims.ts';
import { isNothing, remainderOf } from './remainder.ts';
import { TooCostly } from './metered-clients.ts';
import { RoomCache } from './room-cache.ts';
import { Room } from './room.ts';
import type { ClaimResult, FaultStep, WriteRequest, WriteResult } from './writer.ts';
import { countParts } from './update-parts.ts';
import { takeApart } from './yjs-parts.ts';

const CACHE_BYTES = 16 * 1024 * 1024;
const IDLE_MS = 60_000;
/** A tail longer than this is worth a compaction; the larger the room, the longer, for all of it is built anew. */
const LONG_TAIL_ROWS = 200;
const BASE_BYTES_PER_ROW = 2048;
const LONG_TAIL_BYTES = 256 * 1024;
const BASE_BYTES_PER_BYTE = 4;

export type WritePathOptions = {
	log: Log;
	now: () => number;
	cacheBytes?: number;
	atStep?: (step: FaultStep) => void;
	/** For tests: leaves a check out, to show that it matters. */
	without?: CheckName;
};

/**
 * The write path of rules 6-10 over one log: `write` and `claim` between `begin` and `commit`, which makes all of
 * them durable at once. Results count only when `commit` has returned true.
 */
export class WritePath {
	readonly #log: Log;
	readonly #now: () => number;
	readonly #cache: RoomCache;
	readonly #atStep: (step: FaultStep) => void;
	readonly #without: CheckName | undefined;
	readonly #touched = new Set<RoomName>();
	readonly #claims = new Claims();
	#isOpen = false;

	constructor({ log, now, cacheBytes = CACHE_BYTES, atStep = () => undefined, without }: WritePathOptions) {
		this.#log = log;
		this.#now = now;
		this.#cache = new RoomCache(cacheBytes, IDLE_MS);
		this.#atStep = atStep;
		this.#without = without;
	}

	/** Checks one write and adds it to the open transaction. Throws only when the disk refuses. */
	write(request: WriteRequest): WriteResult {
		const { update } = request;
		if (update.length > MAX_UPDATE_BYTES) return refused('tooLarge');
		let parts;
		try {
			// No struct or range takes less than two bytes, so that most updates need not be counted.
			if (update.length > 2 * MAX_UPDATE_PARTS && countParts(update, MAX_UPDATE_PARTS) > MAX_UPDATE_PARTS)
				return refused('tooLarge');
			parts = takeApart(update);
		} catch (error) {
			return refusedBecause('malformed', error);
		}
		let room;
		try {
			room = this.#room(request.room);
		} catch (error) {
			// The log's content of this one room does not load: its writers wait, nobody else does.
			return refusedBecause('unavailable', error);
		}
		let remainder;
		try {
			remainder = remainderOf(room.doc, parts);
		} catch (error) {
			return refusedBecause('malformed', error);
		}
		if (isNothing(remainder)) return saved(this.#headOf(request.room), undefined);
		const input = {
			room: request.room,
			doc: room.doc,
			remainder,
			roots: room.roots,
			ownerOf: (client: number) => room.owners.get(client) ?? this.#claims.ownerOf(request.room, client),
			member: request.member,
			vouched: request.vouched
		};
		let verdict;
		try {
			verdict = judge(input, this.#without);
		} catch (error) {
			return refusedBecause('malformed', error);
		}
		if (verdict === 'gap') {
			if (request.kind === 'update') return { state: 'gap', stateVector: room.stateVector };
			return refused(reasonOfGap(input));
		}
		if (verdict) return refused(verdict);
		return this.#append(request, room, remainder);
	}

	/** Claims a client id in a room for a member (rule 14). Builds no document: most who open a room only read. */
	claim(name: RoomName, client: number, member: MemberId): ClaimResult {
		const owners = this.#cache.peek(name)?.owners ?? this.#log.owners(name);
		const owner = owners.get(client) ?? this.#claims.ownerOf(name, client);
		if (owner !== undefined) return { state: owner === member ? 'claimed' : 'taken' };
		// Held in memory until the first write under it: opening a document to read it writes nothing.
		this.#claims.add(name, client, member);
		return { state: 'claimed' };
	}

	/** Makes everything since the last commit durable; throws when the disk refuses, and then nothing of it stands. */
	commit(): void {
		if (this.#isOpen) {
			try {
				this.#atStep('afterAppend');
				this.#log.commit();
				this.#isOpen = false;
			} catch (error) {
				this.rollback();
				throw error;
			}
			this.#atStep('afterCommit');
		}
		this.#touched.clear();
		this.#cache.trim(this.#now());
	}

	/** Takes back everything since the last commit; the documents it touched are built anew when needed. */
	rollback(): void {
		for (const name of this.#touched) this.#cache.discard(name);
		this.#touched.clear();
		this.#isOpen = false;
		this.#log.rollback();
	}

	/** True when the room's tail should be compacted. */
	hasLongTail(name: RoomName): boolean {
		const line = this.#log.room(name);
		if (!line) return false;
		const { baseBytes, tailRows, tailBytes } = line;
		return (
			tailRows > LONG_TAIL_ROWS + baseBytes / BASE_BYTES_PER_ROW ||
			tailBytes > LONG_TAIL_BYTES + baseBytes / BASE_BYTES_PER_BYTE
		);
	}

	#append(request: WriteRequest, room: Room, remainder: ReturnType<typeof remainderOf>): WriteResult {
		const ranges = room.ranges(remainder);
		let delta;
		try {
			delta = room.apply(request.update);
		} catch (error) {
			this.#cache.discard(request.room);
			return refusedBecause(error instanceof TooCostly ? 'tooLarge' : 'malformed', error);
		}
		this.#touched.add(request.room);
		if (!delta) return saved(this.#headOf(request.room), undefined);
		this.#cache.grow(delta.length);
		this.#atStep('beforeAppend');
		if (!this.#isOpen) {
			this.#log.begin();
			this.#isOpen = true;
		}
		const { member } = request;
		const seq = this.#log.append(request.room, { member, at: this.#now(), ranges, bytes: delta });
		if (!request.vouched)
			for (const { client } of ranges) {
				if (room.owners.has(client)) continue;
				// A claim lives in memory only; the log remembers an owner from the first write on.
				room.owners.set(client, member);
				this.#log.own(request.room, client, member);
			}
		return saved(seq, delta);
	}

	#room(name: RoomName): Room {
		const now = this.#now();
		const known = this.#cache.get(name, now);
		if (known) return known;
		const room = new Room(name, this.#log.content(name), this.#log.owners(name));
		this.#cache.add(room, now);
		return room;
	}

	#headOf(name: RoomName): number {
		return this.#log.room(name)?.head ?? 0;
	}
}

const saved = (seq: number, delta: Uint8Array | undefined): WriteResult => ({ state: 'saved', seq, delta });
const refused = (reason: RefusalReason): WriteResult => ({ state: 'refused', reason });
/** A refusal caused by something thrown, unless it was the database: then the whole batch fails. */
const refusedBecause = (reason: RefusalReason, cause: unknown): WriteResult => {
	if (isDatabaseError(cause)) throw cause;
	return refused(reason);
};
