import type { RefusalReason } from '#core/protocol/refusal.ts';

/** How a question to the relay ended. Nothing is thrown for what a network or a relay may do. */
export type Answer<T> =
	| { state: 'ok'; value: T }
	| { state: 'refused'; reason: RefusalReason }
	/** No answer in time, no network, an answer cut off, or bytes that are not Rapport's. */
	| { state: 'unreachable'; why: 'network' | 'timeout' | 'malformed' };

/** Where the relay is and how to reach it. */
export type RelayApi = {
	/** Origin without a slash at the end; '' in a browser, where the page came from the relay. */
	base: string;
	/** Instead of the global fetch: scripts and tests add their headers. */
	fetch?: typeof fetch;
	/** Ms without any sign of the relay before it counts as unreachable; 15,000. */
	patience?: number;
	/** Ends all questions. */
	signal?: AbortSignal;
};
