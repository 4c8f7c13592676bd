import { Worker } from 'node:worker_threads';
import type { Logger } from 'pino';
import { THREAD_LIMITS } from '../log/thread-limits.ts';
import type { RoomName } from '#core/model/id.ts';
import type { Position } from '#core/protocol/messages.ts';

export type IndexOptions = {
	/** File of the index. */
	path: string;
	logPath: string;
	/** The log's present incarnation. */
	incarnation: string;
};

/** What the thread begins with; `fresh`: its file is damaged. */
export type IndexStart = IndexOptions & { fresh: boolean; look: number };
export type ToIndex =
	/** The log has grown; `look` counts these hints. */
	| { kind: 'look'; look: number }
	| { kind: 'page'; id: number; known: Position | undefined }
	| { kind: 'close' };
export type FromIndex =
	| { kind: 'ready' }
	/** Everything that the log held at this hint is projected. */
	| { kind: 'idle'; look: number }
	/** JSON of a FeedDelta. */
	| { kind: 'step'; json: string }
	/** UTF-8 JSON of a FeedPage. */
	| { kind: 'page'; id: number; bytes: Uint8Array<ArrayBuffer> }
	| { kind: 'unprojectable'; room: RoomName; message: string }
	| { kind: 'failed'; message: string; isDamaged: boolean };

type Waiting = { resolve: (bytes: Uint8Array<ArrayBuffer>) => void; reject: (error: Error) => void };

/** Between two hints that the log has grown, in ms. */
const LOOK_EVERY_MS = 50;
const LONGEST_RESTART_MS = 30_000;

/**
 * The index thread, seen from the socket thread. All it has is derived from the log, so whatever becomes of the
 * thread or its file, it is started again and catches up; meanwhile pages are refused and nothing else suffers.
 */
export class IndexThread {
	readonly #options: IndexOptions;
	readonly #logger: Logger;
	readonly #waiting = new Map<number, Waiting>();
	#worker: Worker;
	#state: 'running' | 'restarting' | 'closed' = 'running';
	#next = 1;
	#restartMs = 100;
	#look: NodeJS.Timeout | undefined;
	/** Waiting until everything that the log held when they asked is projected. */
	#behind: { look: number; done: () => void }[] = [];
	#looks = 0;
	/** Called with the JSON of each live step of the feed. */
	onStep: (json: string) => void = () => undefined;

	constructor(options: IndexOptions, logger: Logger) {
		this.#options = options;
		this.#logger = logger;
		this.#worker = this.#start(false);
	}

	/** The log has grown. */
	look(): void {
		// Also when a hint is about to go out: it will carry this number.
		this.#looks++;
		this.#look ??= setTimeout(() => {
			this.#look = undefined;
			this.#say({ kind: 'look', look: this.#looks });
		}, LOOK_EVERY_MS);
	}

	/** Resolves when everything that the log holds now is projected. */
	caughtUp(): Promise<void> {
		return new Promise((resolve) => {
			this.look();
			this.#behind.push({ look: this.#looks, done: resolve });
		});
	}

	/** A page of the feed after `known`, as UTF-8 JSON of a FeedPage. Rejects while the thread is not there. */
	page(known: Position | undefined): Promise<Uint8Array<ArrayBuffer>> {
		if (this.#state !== 'running') return Promise.reject(new Error('the index is not there'));
		const id = this.#next++;
		return new Promise((resolve, reject) => {
			this.#waiting.set(id, { resolve, reject });
			this.#say({ kind: 'page', id, known });
		});
	}

	async close(): Promise<void> {
		clearTimeout(this.#look);
		const wasRunning = this.#state === 'running';
		this.#state = 'closed';
		this.#rejectWaiting(new Error('the index is closed'));
		if (!wasRunning) return;
		const ended = new Promise((resolve) => this.#worker.once('exit', resolve));
		this.#say({ kind: 'close' });
		const impatience = setTimeout(() => void this.#worker.terminate(), 2_000);
		await ended;
		clearTimeout(impatience);
	}

	#say(message: ToIndex): void {
		this.#worker.postMessage(message);
	}

	#start(fresh: boolean): Worker {
		const worker = new Worker(new URL('./index-worker.ts', import.meta.url), {
			// A hint that the thread before did not live to hear counts as given: the new one looks first of all.
			workerData: { ...this.#options, fresh, look: this.#looks } satisfies IndexStart,
			resourceLimits: THREAD_LIMITS
		});
		let isDamaged = false;
		worker.on('message', (message: FromIndex) => {
			if (message.kind === 'failed') {
				this.#logger.error({ error: message.message, isDamaged: message.isDamaged }, 'the index failed');
				isDamaged = message.isDamaged;
			} else this.#take(message);
		});
		worker.on('error', (error) => this.#logger.error({ error }, 'the index thread failed'));
		worker.on('exit', () => this.#restart(isDamaged));
		return worker;
	}

	#take(message: Exclude<FromIndex, { kind: 'failed' }>): void {
		switch (message.kind) {
			case 'ready':
				break;
			case 'idle':
				this.#restartMs = 100;
				this.#behind = this.#behind.filter(({ look, done }) => {
					if (look <= message.look) done();
					return look > message.look;
				});
				break;
			case 'step':
				this.onStep(message.json);
				break;
			case 'page':
				this.#waiting.get(message.id)?.resolve(message.bytes);
				this.#waiting.delete(message.id);
				break;
			case 'unprojectable':
				this.#logger.error(
					{ room: message.room, error: message.message },
					'a document could not be projected'
				);
				break;
		}
	}

	#restart(fresh: boolean): void {
		if (this.#state === 'closed') return;
		this.#state = 'restarting';
		this.#rejectWaiting(new Error('the index has ended'));
		setTimeout(() => {
			if (this.#state === 'closed') return;
			this.#state = 'running';
			this.#worker = this.#start(fresh);
		}, this.#restartMs).unref();
		this.#restartMs = Math.min(LONGEST_RESTART_MS, this.#restartMs * 2);
	}

	#rejectWaiting(error: Error): void {
		for (const { reject } of this.#waiting.values()) reject(error);
		this.#waiting.clear();
	}
}
