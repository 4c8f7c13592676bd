import type { SessionRequest } from '#core/protocol/messages.ts';
import { awayKey, type Owner } from '../storage/names.ts';
import { Value, type Source } from '../storage/source.ts';
import type { RelayApi } from '../sync/answer.ts';
import type { MuxLink } from '../sync/mux-link.ts';
import { beginSession } from '../sync/session.ts';
import type { LinkState } from '../sync/link-state.ts';

/** Ms between two attempts to get a session while the relay is not reached. */
const RETRY_MS = 5_000;
/** Reasons of the link that a new session may cure. */
const WANTS_SESSION: ReadonlySet<string> = new Set(['noSession', 'otherMember', 'network', 'silent']);

/**
 * Contact with the relay: a session, the link, and since when there has been none. The time without contact is kept
 * in localStorage: it goes on while the app is closed, and belongs to all tabs.
 */
export class Contact {
	readonly link: MuxLink;
	readonly api: RelayApi;
	readonly #request: SessionRequest;
	readonly #key: string;
	readonly #awaySince: Value<number | undefined>;
	readonly #stop: () => void;
	#session: 'none' | 'asking' | 'begun' = 'none';
	#refused: string | undefined;
	#retry: ReturnType<typeof setTimeout> | undefined;
	#isClosed = false;

	constructor(owner: Owner, request: SessionRequest, link: MuxLink, api: RelayApi) {
		this.link = link;
		this.api = api;
		this.#request = request;
		this.#key = awayKey(owner);
		this.#awaySince = new Value(this.#readAway());
		this.#stop = link.observe(() => this.#linkChanged(link.current));
	}

	/** Since when there has been no contact, also through restarts; until the merge receipt is written. */
	get awaySince(): Source<number | undefined> {
		return this.#awaySince;
	}

	/** Why the relay gives us no session; undefined when it does, or was not asked yet. */
	get refused(): string | undefined {
		return this.#refused;
	}

	get isOnline(): boolean {
		return this.link.current.state === 'online';
	}

	start(): void {
		this.link.start();
		void this.#beginSession();
	}

	/** Tries the network now. */
	kick(): void {
		this.link.kick();
		if (!this.isOnline) void this.#beginSession();
	}

	/** The merge receipt of this time without contact is written, by this tab or by another one. */
	returned(): void {
		try {
			localStorage.removeItem(this.#key);
		} catch (cause) {
			// Then it was never written either.
			void cause;
		}
		this.#awaySince.set(undefined);
	}

	/** False when another tab has written the receipt of this time already. */
	isStillAway(): boolean {
		try {
			return localStorage.getItem(this.#key) !== null;
		} catch (cause) {
			// Tabs can't tell each other: each writes its own.
			void cause;
			return this.#awaySince.current !== undefined;
		}
	}

	close(): void {
		this.#isClosed = true;
		clearTimeout(this.#retry);
		this.#stop();
		this.link.stop();
	}

	#linkChanged(state: LinkState): void {
		if (this.#isClosed || state.state !== 'offline' || state.reason === 'stopped') return;
		this.#goAway(state.since);
		if (!WANTS_SESSION.has(state.reason)) return;
		if (state.reason === 'noSession' || state.reason === 'otherMember') this.#session = 'none';
		if (this.#session === 'none') void this.#beginSession();
	}

	async #beginSession(): Promise<void> {
		if (this.#session === 'asking' || this.#isClosed) return;
		this.#session = 'asking';
		const answer = await beginSession(this.api, this.#request);
		this.#session = answer.state === 'ok' ? 'begun' : 'none';
		this.#refused = answer.state === 'refused' ? answer.reason : undefined;
		if (this.#isClosed) return;
		if (answer.state === 'ok') {
			if (!this.isOnline) this.link.kick();
			return;
		}
		if (this.isOnline) return;
		clearTimeout(this.#retry);
		this.#retry = setTimeout(() => {
			if (!this.isOnline) void this.#beginSession();
		}, RETRY_MS);
	}

	#goAway(since: number): void {
		if (this.#awaySince.current !== undefined) return;
		const shared = this.#readAway() ?? since;
		try {
			localStorage.setItem(this.#key, String(shared));
		} catch (cause) {
			// Full or switched off: this tab still knows.
			void cause;
		}
		this.#awaySince.set(shared);
	}

	#readAway(): number | undefined {
		try {
			const since = Number(localStorage.getItem(this.#key) ?? Number.NaN);
			return Number.isFinite(since) ? since : undefined;
		} catch (cause) {
			// Switched off: the time without contact lasts as long as the tab.
			void cause;
			return undefined;
		}
	}
}
