import { Worker } from 'node:worker_threads';
import type { MemberId, RoomName } from '#core/model/id.ts';
import type { Position } from '#core/protocol/messages.ts';
import type { RefusalReason } from '#core/protocol/refusal.ts';
import { WRITER_LIMITS } from '../log/thread-limits.ts';
import type { Compaction } from '../log/log.ts';

/** One write, as it came from a socket or a push. */
export type WriteRequest = {
	room: RoomName;
	update: Uint8Array;
	/** A SyncStep2 or push that still has a gap is refused; an update is answered with SyncStep1 (rule 8). */
	kind: 'step2' | 'update' | 'push';
	member: MemberId;
	/** Structs of others are taken too: only in the window after a restored database (rule 12). */
	vouched: boolean;
};

/** What became of a write; `saved` only after the commit. */
export type WriteResult =
	/** `delta` is what was new, as Yjs re-encoded it, for the other subscribers; undefined when the log held it all. */
	| { state: 'saved'; seq: number; delta: Uint8Array | undefined }
	/** Something before it is missing: ask with this state vector. */
	| { state: 'gap'; stateVector: Uint8Array }
	| { state: 'refused'; reason: RefusalReason };

/** Where a test may stop the writer dead (SIGKILL harness). */
export type FaultStep = 'beforeAppend' | 'afterAppend' | 'afterCommit' | 'inCompaction';

export type WriterOptions = {
	/** File of the log. */
	path: string;
	/** Encoded bytes of room documents kept for checks. */
	cacheBytes?: number;
	/** For tests alone: kill the process, or end the thread alone, at this step when the n-th write passes it. */
	fault?: { step: FaultStep; after: number; ends?: 'process' | 'thread' };
	/** For tests alone: milliseconds that each commit takes longer. */
	commitDelayMs?: number;
	/** For tests alone: the database may not grow beyond so many pages. */
	maxPages?: number;
};

export type ToWriter =
	| { kind: 'write'; id: number; request: WriteRequest }
	| { kind: 'claim'; id: number; room: RoomName; client: number; member: MemberId }
	| { kind: 'compact'; id: number; compaction: Compaction }
	| { kind: 'close'; id: number };
export type FromWriter =
	| { kind: 'ready'; position: Position }
	| { kind: 'failedToOpen'; message: string }
	/** A batch was refused because of this; the thread goes on. */
	| { kind: 'fault'; message: string }
	| {
			kind: 'results';
			results: { id: number; result: WriterAnswer }[];
			head: number;
			/** Rooms whose tail has become long. */
			longTails: RoomName[];
	  };

/** A client id in a room belongs to whoever claimed or wrote it first (rule 14). */
export type ClaimResult =
	{ state: 'claimed' } | { state: 'taken' } | { state: 'refused'; reason: RefusalReason };
/** `stale`: another compaction was faster. */
export type CompactResult =
	{ state: 'compacted' } | { state: 'stale' } | { state: 'refused'; reason: RefusalReason };
type Closing = { state: 'closed' };
export type WriterAnswer = WriteResult | ClaimResult | CompactResult | Closing;

const UNAVAILABLE = { state: 'refused', reason: 'unavailable' } as const;
const SHUTTING_DOWN = { state: 'refused', reason: 'shuttingDown' } as const;

/** The writer thread, seen from the socket thread. */
export class Writer {
	readonly #worker: Worker;
	readonly #waiting = new Map<number, (result: never) => void>();
	readonly #batch: ToWriter[] = [];
	#next = 1;
	#position: Position;
	/** Set once nothing is taken any more. */
	#refusal: { state: 'refused'; reason: 'unavailable' | 'shuttingDown' } | undefined;
	/** Called with rooms that should be compacted. */
	onLongTails: (rooms: RoomName[]) => void = () => undefined;
	/** Called with the words of the database, or of a defect, when a batch was refused because of it. */
	onFault: (message: string) => void = () => undefined;
	/** Called once when the thread died; every further write is refused as `unavailable`. */
	onFailure: (error: Error) => void = () => undefined;

	private constructor(worker: Worker, position: Position) {
		this.#worker = worker;
		this.#position = position;
		worker.on('message', (message: FromWriter) => this.#onMessage(message));
		worker.on('error', (error) => this.#fail(error instanceof Error ? error : new Error(String(error))));
		worker.on('exit', () => this.#fail(new Error('the writer thread has ended')));
	}

	/** Starts the thread and opens the log. Rejects with the database's own words when it can't be opened. */
	static open(options: WriterOptions): Promise<Writer> {
		const worker = new Worker(new URL('./writer-worker.ts', import.meta.url), {
			workerData: options,
			resourceLimits: WRITER_LIMITS
		});
		return new Promise((resolve, reject) => {
			worker.once('error', reject);
			worker.once('message', (message: FromWriter) => {
				worker.off('error', reject);
				if (message.kind === 'ready') resolve(new Writer(worker, message.position));
				else {
					void worker.terminate();
					reject(new Error(message.kind === 'failedToOpen' ? message.message : message.kind));
				}
			});
		});
	}

	/** Incarnation and highest sequence number that is committed. */
	get position(): Position {
		return this.#position;
	}

	/** Checks and logs one write; resolves after the commit. Never rejects. Order per caller is kept. */
	write(request: WriteRequest): Promise<WriteResult> {
		if (this.#refusal) return Promise.resolve(this.#refusal);
		return this.#ask((id) => ({ kind: 'write', id, request }));
	}

	/** Claims a client id for a member. */
	claim(room: RoomName, client: number, member: MemberId): Promise<ClaimResult> {
		if (this.#refusal) return Promise.resolve(this.#refusal);
		return this.#ask((id) => ({ kind: 'claim', id, room, client, member }));
	}

	/** Puts a built compaction in place. */
	compact(compaction: Compaction): Promise<CompactResult> {
		if (this.#refusal) return Promise.resolve(this.#refusal);
		return this.#ask((id) => ({ kind: 'compact', id, compaction }));
	}

	/** Writes what is queued, closes the log and ends the thread. */
	async close(): Promise<void> {
		if (this.#refusal) return;
		const closing = this.#ask<Closing>((id) => ({ kind: 'close', id }));
		this.#refusal = SHUTTING_DOWN;
		await closing;
		await this.#worker.terminate();
	}

	#ask<T>(make: (id: number) => ToWriter): Promise<T> {
		const id = this.#next++;
		return new Promise<T>((resolve) => {
			this.#waiting.set(id, resolve as (result: never) => void);
			// One message to the thread for all that arrives in the same turn.
			if (this.#batch.push(make(id)) === 1) setImmediate(() => this.#send());
		});
	}

	#send(): void {
		this.#worker.postMessage(this.#batch.splice(0));
	}

	#onMessage(message: FromWriter): void {
		if (message.kind === 'fault') this.onFault(message.message);
		if (message.kind !== 'results') return;
		this.#position = { ...this.#position, seq: message.head };
		for (const { id, result } of message.results) {
			const resolve = this.#waiting.get(id);
			this.#waiting.delete(id);
			resolve?.(result as never);
		}
		if (message.longTails.length > 0) this.onLongTails(message.longTails);
	}

	#fail(error: Error): void {
		this.#refuseWaiting();
		if (this.#refusal) return;
		this.#refusal = UNAVAILABLE;
		this.onFailure(error);
	}

	#refuseWaiting(): void {
		for (const resolve of this.#waiting.values()) resolve(UNAVAILABLE as never);
		this.#waiting.clear();
	}
}
