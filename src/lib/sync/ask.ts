import { isRefusalReason, type RefusalReason } from '#core/protocol/refusal.ts';
import type { Answer, RelayApi } from './answer.ts';

const PATIENCE = 15_000;
/** Bytes per ms that the slowest line is trusted to carry: fetch does not tell how an upload gets on. */
const SLOWEST_UPLOAD = 25;
/** Ms that the slowest relay is granted for each document: it may have to be put together from its log. */
const SLOWEST_DOCUMENT = 50;

export type Question = {
	path: string;
	body?: Uint8Array | { json: unknown };
	/** Documents that the relay has to look at before it can say anything. */
	documents?: number;
};

/** The answer's bytes, as they come; each wait for more has its own time-out. */
export type Chunks = AsyncIterable<Uint8Array>;

/** The answer is not what the relay says: `ask` makes it `unreachable`, `malformed`. */
export class MalformedAnswer extends Error {}

/** The line broke, or nothing came in time. */
class Silence extends Error {
	readonly why: 'network' | 'timeout';

	constructor(why: 'network' | 'timeout', cause: unknown) {
		super(why, { cause });
		this.why = why;
	}
}

/**
 * Puts one question to the relay, POST when there is a body. Nothing that a network or a relay may do is thrown;
 * what `read` itself throws, except MalformedAnswer, is.
 */
export async function ask<T>(
	api: RelayApi,
	question: Question,
	read: (chunks: Chunks) => Promise<T>
): Promise<Answer<T>> {
	const stop = new AbortController();
	const signal = api.signal ? AbortSignal.any([api.signal, stop.signal]) : stop.signal;
	const patience = api.patience ?? PATIENCE;
	const wait = <R>(promise: Promise<R>, ms: number): Promise<R> => inTime(promise, ms, stop);
	try {
		const { init, bytes } = request(question);
		const response = await wait(
			(api.fetch ?? fetch)(api.base + question.path, { ...init, signal }),
			patience + bytes / SLOWEST_UPLOAD + (question.documents ?? 0) * SLOWEST_DOCUMENT
		);
		const chunks = chunksOf(response, (promise) => wait(promise, patience));
		if (!response.ok) return { state: 'refused', reason: readRefusal(await readJson(chunks)) };
		return { state: 'ok', value: await read(chunks) };
	} catch (error) {
		if (error instanceof Silence) return { state: 'unreachable', why: error.why };
		if (error instanceof MalformedAnswer) return { state: 'unreachable', why: 'malformed' };
		throw error;
	} finally {
		stop.abort();
	}
}

/** All bytes of an answer. */
export async function readBytes(chunks: Chunks): Promise<Uint8Array> {
	const parts: Uint8Array[] = [];
	let length = 0;
	for await (const part of chunks) {
		parts.push(part);
		length += part.length;
	}
	const all = new Uint8Array(length);
	let at = 0;
	for (const part of parts) {
		all.set(part, at);
		at += part.length;
	}
	return all;
}

/** An answer in JSON. Throws MalformedAnswer. */
export async function readJson(chunks: Chunks): Promise<unknown> {
	const bytes = await readBytes(chunks);
	return parse(() => JSON.parse(new TextDecoder().decode(bytes)) as unknown);
}

/** What `read` makes of an answer; whatever it throws means that the answer is malformed. */
export function parse<T>(read: () => T): T {
	try {
		return read();
	} catch (cause) {
		throw new MalformedAnswer('malformed', { cause });
	}
}

function request({ body }: Question): { init: RequestInit; bytes: number } {
	if (!body) return { init: { method: 'GET' }, bytes: 0 };
	const isBinary = body instanceof Uint8Array;
	const content = isBinary ? (body as Uint8Array<ArrayBuffer>) : JSON.stringify(body.json);
	const type = isBinary ? 'application/octet-stream' : 'application/json';
	return {
		init: { method: 'POST', headers: { 'content-type': type }, body: content },
		bytes: content.length
	};
}

function readRefusal(answer: unknown): RefusalReason {
	const reason =
		typeof answer === 'object' && answer !== null && 'refused' in answer ? answer.refused : undefined;
	if (!isRefusalReason(reason)) throw new MalformedAnswer('a refusal without a name');
	return reason;
}

async function* chunksOf(response: Response, wait: <R>(promise: Promise<R>) => Promise<R>): Chunks {
	const reader = response.body?.getReader();
	if (!reader) return;
	for (;;) {
		const { done, value } = await wait(reader.read());
		if (done) return;
		yield value;
	}
}

async function inTime<R>(promise: Promise<R>, ms: number, stop: AbortController): Promise<R> {
	let isLate = false;
	const timer = setTimeout(() => {
		isLate = true;
		stop.abort();
	}, ms);
	try {
		return await promise;
	} catch (cause) {
		throw new Silence(isLate ? 'timeout' : 'network', cause);
	} finally {
		clearTimeout(timer);
	}
}
