import type { SessionRequest } from '#core/protocol/messages.ts';
import type { Welcome } from '#core/protocol/mux.ts';
import type { RefusalReason } from '#core/protocol/refusal.ts';
import { awayKey, type Owner } from '../storage/names.ts';
import { Value, type Source } from '../storage/source.ts';
import type { RelayApi } from '../sync/answer.ts';
import type { LogAgreement } from '../sync/log-agreement.ts';
import type { MuxLink } from '../sync/mux-link.ts';
import { beginSession } from '../sync/session.ts';
import type { LinkState, OfflineReason } from '../sync/link-state.ts';

/** How this session stands with the relay. */
export type Standing =
	/** The first attempt is being made: nobody is told "offline" while the app is still starting. */
	{ state: 'starting' } | { state: 'online' } | { state: 'away'; since: number; reason: OfflineReason };

/** Ms between two attempts to get a session while the relay is not reached. */
const RETRY_MS = 5_000;
/** Reasons of the link that a new session cures. */
const WANTS_SESSION: ReadonlySet<string> = new Set<OfflineReason>(['noSession', 'otherMember']);
/** Reasons that a browser also gives for a connection that was refused before it stood. */
const MAY_WANT_SESSION: ReadonlySet<string> = new Set<OfflineReason>(['network', 'silent']);

/** All that sending and fetching need of the contact. */
export type Line = Pick<Contact, 'api' | 'isOnline' | 'isAgreed' | 'agree' | 'welcome'>;

/** All that the merge receipt needs to know of a time without contact. */
export type Absence = Pick<Contact, 'awaySince' | 'isOnline' | 'isStillAway' | 'returned'>;

/**
 * Contact with the relay: a session, the link, and since when there has been none. The time without contact is kept
 * in localStorage: it goes on while the app is closed, and belongs to all tabs.
 */
export class Contact {
	readonly link: MuxLink;
	readonly api: RelayApi;
	readonly agreement: LogAgreement;
	readonly #request: SessionRequest;
	readonly #key: string;
	readonly #awaySince: Value<number | undefined>;
	readonly #standing = new Value<Standing>({ state: 'starting' });
	readonly #stop: () => void;
	#session: 'none' | 'asking' | 'begun' = 'none';
	#refused: RefusalReason | undefined;
	#retry: ReturnType<typeof setTimeout> | undefined;
	/** The link was refused for want of a session, and has not been online since. */
	#isRefusedAnew = false;
	#isClosed = false;

	constructor(owner: Owner, request: SessionRequest, link: MuxLink, api: RelayApi, agreement: LogAgreement) {
		this.agreement = agreement;
		this.link = link;
		this.api = api;
		this.#request = request;
		this.#key = awayKey(owner);
		this.#awaySince = new Value(this.#readAway());
		this.#stop = link.observe(() => this.#linkChanged(link.current));
	}

	get standing(): Source<Standing> {
		return this.#standing;
	}

	/** Since when there has been no contact, also through restarts; until the merge receipt is written. */
	get awaySince(): Source<number | undefined> {
		return this.#awaySince;
	}

	/** What the relay said of itself when this connection began; undefined without one. */
	get welcome(): Welcome | undefined {
		const link = this.link.current;
		return link.state === 'online' ? link.welcome : undefined;
	}

	get isOnline(): boolean {
		return this.link.current.state === 'online';
	}

	/** The relay's log is known to continue what this device has seen (rule 12). */
	get isAgreed(): boolean {
		const { welcome } = this;
		return welcome !== undefined && this.agreement.has(welcome.incarnation);
	}

	/** The log of the present connection is the one we know, or has got back what it lost. */
	agree(): void {
		const { welcome } = this;
		if (welcome) this.agreement.reach(welcome.incarnation);
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
		if (this.#isClosed) return;
		if (state.state === 'online') {
			this.#isRefusedAnew = false;
			this.#standing.set({ state: 'online' });
		}
		if (state.state !== 'offline' || state.reason === 'stopped') return;
		const { reason } = state;
		if (this.#session === 'asking' && (WANTS_SESSION.has(reason) || MAY_WANT_SESSION.has(reason))) return;
		// The relay is there: whether it lets us in, the answer to the question tells. Asked once, or it would be a loop.
		if (WANTS_SESSION.has(reason) && !this.#isRefusedAnew) {
			this.#isRefusedAnew = true;
			void this.#beginSession();
			return;
		}
		this.#away(state);
		if (this.#session === 'none' && MAY_WANT_SESSION.has(reason)) void this.#beginSession();
	}

	async #beginSession(): Promise<void> {
		if (this.#session === 'asking' || this.#isClosed) return;
		this.#session = 'asking';
		const answer = await beginSession(this.api, this.#request);
		this.#session = answer.state === 'ok' ? 'begun' : 'none';
		if (this.#isClosed) return;
		this.#refused = answer.state === 'refused' ? answer.reason : undefined;
		if (this.isOnline) return;
		if (answer.state === 'ok') return this.link.kick();
		this.#away(this.link.current);
		clearTimeout(this.#retry);
		this.#retry = setTimeout(() => {
			if (!this.isOnline) void this.#beginSession();
		}, RETRY_MS);
	}

	#away(state: LinkState): void {
		if (state.state === 'online') return;
		this.#goAway(state.since);
		const reason = state.state === 'offline' ? state.reason : 'network';
		this.#standing.set({
			state: 'away',
			since: this.#awaySince.current ?? state.since,
			reason: this.#refused ?? reason
		});
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
