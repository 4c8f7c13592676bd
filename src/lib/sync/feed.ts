import type { Row } from '#core/documents/row.ts';
import type { FeedDelta, FeedPage, Position } from '#core/protocol/messages.ts';
import type { RefusalReason } from '#core/protocol/refusal.ts';
import type { Source } from '../storage/source.ts';
import type { Answer, RelayApi } from './answer.ts';
import { ask, parse, readJson } from './ask.ts';
import { fullJitter } from './backoff.ts';
import { readFeedPage } from './json.ts';
import type { MuxLink } from './mux-link.ts';
import { Value } from './value.ts';

/** Rows that are gone come as ids. `reset`: all stored rows are to be replaced by these. */
export type FeedStep = { rows: Row[]; gone: string[]; position: Position; reset: boolean };

/** Where feed rows are kept. */
export interface FeedSink {
	/** Where the stored rows stand; undefined before the first page. */
	position(): Promise<Position | undefined>;
	/** Stores one step and its position in one transaction; called one after the other. */
	apply(step: FeedStep): Promise<void>;
}

export type FeedState =
	/** No link; the stored rows are what there is. */
	| { state: 'waiting' }
	/** Catching up; `rows` so far. */
	| { state: 'loading'; rows: number }
	/** All is here, and new rows come by themselves. */
	| { state: 'current' }
	/** Tried again by itself. */
	| Failure;

type Failure =
	| { state: 'failed'; why: 'unreachable' | RefusalReason }
	/** The rows could not be stored; `cause` is what the sink threw. */
	| { state: 'failed'; why: 'sink'; cause: unknown };

/** Live steps that may wait while pages are fetched; beyond that, pages are fetched once more instead. */
const MOST_WAITING = 500;

/**
 * Keeps the index of a device current (rule 12, rule 26): after each connection pages until there are no more, then
 * live steps. A step that does not follow on the stored position is never applied: pages again.
 */
export class IndexFeed {
	readonly #link: MuxLink;
	readonly #api: RelayApi;
	readonly #sink: FeedSink;
	readonly #state = new Value<FeedState>({ state: 'waiting' });
	#waiting: FeedDelta[] = [];
	#run: AbortController | undefined;
	/** Settles when the last run, with the step that it was storing, is over. */
	#over: Promise<void> = Promise.resolve();
	#wake: (() => void) | undefined;
	/** Only while there is nothing to do; a pause after a failure is not cut short by new steps. */
	#isIdle = false;
	#needsPages = true;
	#stops: (() => void)[] = [];

	constructor(link: MuxLink, api: RelayApi, sink: FeedSink) {
		this.#link = link;
		this.#api = api;
		this.#sink = sink;
	}

	get state(): Source<FeedState> {
		return this.#state;
	}

	/** Follows the feed whenever there is a link, until `stop`. */
	start(): void {
		if (this.#stops.length > 0) return;
		this.#stops = [
			this.#link.follow((delta) => this.#receive(delta)),
			this.#link.observe(() => this.#linkChanged())
		];
		this.#linkChanged();
	}

	/** A step that is being stored is finished first. */
	stop(): void {
		for (const stop of this.#stops.splice(0)) stop();
		this.#end();
	}

	#linkChanged(): void {
		const isOnline = this.#link.current.state === 'online';
		if (!isOnline) this.#end();
		else if (!this.#run) {
			const { signal } = (this.#run = new AbortController());
			this.#over = this.#over.then(() => this.#follow(signal));
		}
	}

	#end(): void {
		this.#run?.abort();
		this.#run = undefined;
		this.#waiting = [];
		this.#wake?.();
		this.#state.set({ state: 'waiting' });
	}

	#receive(delta: FeedDelta): void {
		this.#waiting.push(delta);
		if (this.#waiting.length > MOST_WAITING) {
			this.#waiting = [];
			this.#needsPages = true;
		}
		if (this.#isIdle) this.#wake?.();
	}

	/** One connection's life. */
	async #follow(signal: AbortSignal): Promise<void> {
		this.#needsPages = true;
		for (let failures = 0; !signal.aborted;) {
			const failure = await this.#step(signal);
			if (signal.aborted) return;
			if (failure) {
				this.#state.set(failure);
				this.#needsPages = true;
				await this.#pause(fullJitter(++failures, Math.random) + 100);
			} else {
				failures = 0;
				if (this.#waiting.length === 0 && !this.#needsPages) await this.#pause(undefined);
			}
		}
	}

	/** Pages when they are due, else what waits. */
	async #step(signal: AbortSignal): Promise<Failure | undefined> {
		try {
			if (this.#needsPages) return await this.#loadPages(signal);
			for (let delta = this.#waiting.shift(); delta && !signal.aborted; delta = this.#waiting.shift())
				await this.#applyDelta(delta);
			return undefined;
		} catch (cause) {
			return { state: 'failed', why: 'sink', cause };
		}
	}

	async #loadPages(signal: AbortSignal): Promise<Failure | undefined> {
		this.#needsPages = false;
		for (let rows = 0, more = true; more;) {
			this.#state.set({ state: 'loading', rows });
			const answer = await askPage(within(this.#api, signal), await this.#sink.position());
			if (signal.aborted) return undefined;
			if (answer.state === 'unreachable') return { state: 'failed', why: 'unreachable' };
			if (answer.state === 'refused') return { state: 'failed', why: answer.reason };
			const { position, reset, gone } = answer.value;
			await this.#sink.apply({ rows: answer.value.rows, gone, position, reset });
			rows += answer.value.rows.length;
			more = answer.value.more;
		}
		if (!signal.aborted) this.#state.set({ state: 'current' });
		return undefined;
	}

	async #applyDelta({ after, position, rows, gone }: FeedDelta): Promise<void> {
		const here = await this.#sink.position();
		const isSame = here?.incarnation === position.incarnation;
		if (isSame && position.seq <= here.seq) return;
		const follows = here?.incarnation === after.incarnation && here.seq === after.seq;
		if (follows) await this.#sink.apply({ rows, gone, position, reset: false });
		else this.#needsPages = true;
	}

	/** Waits until something happens, or `ms` are over. */
	async #pause(ms: number | undefined): Promise<void> {
		let timer: ReturnType<typeof setTimeout> | undefined;
		this.#isIdle = ms === undefined;
		await new Promise<void>((resolve) => {
			this.#wake = resolve;
			if (ms !== undefined) timer = setTimeout(resolve, ms);
		});
		this.#wake = undefined;
		this.#isIdle = false;
		clearTimeout(timer);
	}
}

const within = (api: RelayApi, signal: AbortSignal): RelayApi => ({
	...api,
	signal: api.signal ? AbortSignal.any([api.signal, signal]) : signal
});

const askPage = (api: RelayApi, since: Position | undefined): Promise<Answer<FeedPage>> => {
	const query = new URLSearchParams(
		since ? { incarnation: since.incarnation, since: String(since.seq) } : { since: '0' }
	);
	return ask(api, { path: `/api/index?${query.toString()}` }, async (chunks) => {
		const json = await readJson(chunks);
		return parse(() => readFeedPage(json));
	});
};
