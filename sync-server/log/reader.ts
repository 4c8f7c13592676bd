import { Worker } from 'node:worker_threads';
import { THREAD_LIMITS } from './thread-limits.ts';
import type { PullRequest } from '#core/protocol/messages.ts';
import type { PullingMember, ReaderCalls } from './reader-calls.ts';

export type ReaderOptions = { path: string; incarnation: string };
export type ToReader = { id: number; method: keyof ReaderCalls; args: readonly unknown[] };
export type FromReader =
	{ id: number; state: 'answered'; value: unknown } | { id: number; state: 'failed'; message: string };

type Waiting = { resolve: (value: never) => void; reject: (error: Error) => void };
const STEP_BYTES = 256 * 1024;

/** The reader thread, seen from the socket thread. Every call rejects when the read fails. */
export class Reader {
	readonly #worker: Worker;
	readonly #waiting = new Map<number, Waiting>();
	#next = 1;
	#ended: Error | undefined;
	/** Called once when the thread died; every further call rejects. */
	onFailure: (error: Error) => void = () => undefined;

	/** Starts the thread; the log must have been opened by the writer before. */
	constructor(options: ReaderOptions) {
		this.#worker = new Worker(new URL('./reader-worker.ts', import.meta.url), {
			workerData: options,
			resourceLimits: THREAD_LIMITS
		});
		this.#worker.on('message', (answer: FromReader) => {
			const waiting = this.#waiting.get(answer.id);
			this.#waiting.delete(answer.id);
			if (answer.state === 'answered') waiting?.resolve(answer.value as never);
			else waiting?.reject(new Error(answer.message));
		});
		this.#worker.on('error', (error) =>
			this.#fail(error instanceof Error ? error : new Error(String(error)))
		);
		this.#worker.on('exit', () => this.#fail(new Error('the reader thread has ended')));
	}

	/** Asks the thread: `reader.ask('content', room)`. */
	ask<M extends keyof ReaderCalls>(
		method: M,
		...args: Parameters<ReaderCalls[M]>
	): Promise<ReturnType<ReaderCalls[M]>> {
		if (this.#ended) return Promise.reject(this.#ended);
		const id = this.#next++;
		return new Promise((resolve, reject) => {
			this.#waiting.set(id, { resolve, reject });
			this.#worker.postMessage({ id, method, args } satisfies ToReader);
		});
	}

	/** The bytes of a pull's answer, read only as fast as they are taken. */
	async *pull(request: PullRequest, by?: PullingMember): AsyncGenerator<Uint8Array> {
		const id = await this.ask('pullOpen', request, by);
		try {
			for (;;) {
				const { bytes, isDone } = await this.ask('pullStep', id, STEP_BYTES);
				if (bytes.length > 0) yield bytes;
				if (isDone) return;
			}
		} finally {
			if (!this.#ended) await this.ask('pullClose', id);
		}
	}

	async close(): Promise<void> {
		this.#end(new Error('the reader is closed'));
		await this.#worker.terminate();
	}

	#fail(error: Error): void {
		if (this.#ended) return;
		this.#end(error);
		this.onFailure(error);
	}

	#end(error: Error): void {
		this.#ended ??= error;
		for (const { reject } of this.#waiting.values()) reject(this.#ended);
		this.#waiting.clear();
	}
}
