import type { MemberId, WorkspaceId } from '#core/model/id.ts';
import type { Directory, FeedDelta } from '#core/protocol/messages.ts';
import { encodeClientFrame, type RelayFrame, type Welcome } from '#core/protocol/mux.ts';
import { isPassing } from '#core/protocol/refusal.ts';
import { MUX_SUBPROTOCOL, PROTOCOL_VERSION } from '#core/protocol/version.ts';
import type { Source } from '../storage/source.ts';
import { fullJitter } from './backoff.ts';
import { Channels, LINE_LOST, type ChannelEvents, type Line } from './channels.ts';
import { Connection, WireError } from './connection.ts';
import { readDirectory, readFeedDelta } from './json.ts';
import type { LogAgreement } from './log-agreement.ts';
import type { LinkState, OfflineReason } from './link-state.ts';
import { ownPage, watchPage, type PageSignals } from './page-signals.ts';
import { RoomPatience } from './room-patience.ts';
import { Value } from './value.ts';

/** Ms that a connection must stand to be called a good one; until then failures go on counting. */
const GOOD_AFTER = 5_000;
/** Ms after which an attempt that is not through was probably made into the void, before the network came back. */
const STALE_AFTER = 1_000;

export type MuxLinkOptions = {
	/** `ws(s)://host/sync`. */
	url: string;
	/** Whom we expect to meet: anybody else gets nothing, and the link is offline with a reason. */
	workspace: WorkspaceId;
	member: MemberId;
	/** Instead of the global WebSocket: tests add cookies. */
	connect?: (url: string, protocol: string) => WebSocket;
	/** Channels wait until the relay's log is agreed on (rule 12); without it they open at once. */
	agreement?: LogAgreement;
	/** Instead of the page's own signals. */
	page?: PageSignals;
	/** For tests: what jitter is made of. */
	random?: () => number;
};

type Attempt = { connection: Connection; channels: Channels; since: number };

/**
 * The one physical connection of a tab (rule 2). It comes back by itself; a virtual socket without a link stays
 * connecting, and comes up as soon as there is one.
 */
export class MuxLink implements Source<LinkState> {
	readonly #options: MuxLinkOptions;
	readonly #random: () => number;
	readonly #state = new Value<LinkState>({ state: 'offline', since: Date.now(), reason: 'stopped' });
	readonly #directory = new Value<Directory | undefined>(undefined);
	readonly #followers = new Set<(delta: FeedDelta) => void>();
	readonly #lines = new Map<Line, 'connecting' | 'asked' | 'open'>();
	readonly #patience: RoomPatience;
	#attempt: Attempt | undefined;
	#timer: ReturnType<typeof setTimeout> | undefined;
	#failures = 0;
	#stopWatching: (() => void) | undefined;
	#stopAgreement: (() => void) | undefined;

	constructor(options: MuxLinkOptions) {
		this.#options = options;
		this.#random = options.random ?? Math.random;
		this.#patience = new RoomPatience(this.#random);
	}

	get current(): LinkState {
		return this.#state.current;
	}

	observe(changed: () => void): () => void {
		return this.#state.observe(changed);
	}

	/** Names of members as the relay last told; undefined before it did. */
	get directory(): Source<Directory | undefined> {
		return this.#directory;
	}

	/** Begins to connect, and does not give up until `stop`. */
	start(): void {
		if (this.#stopWatching) return;
		const { page = ownPage() } = this.#options;
		this.#stopAgreement = this.#options.agreement?.observe(() => this.#askAll());
		this.#stopWatching = watchPage(
			page,
			() => this.kick(),
			() => this.#attempt?.connection.end('browserOffline')
		);
		this.#connect();
	}

	/** Tries now instead of when the backoff says; a standing connection is asked for a sign of life. */
	kick(): void {
		if (!this.#stopWatching) return;
		this.#failures = 0;
		const attempt = this.#attempt;
		if (attempt && this.current.state === 'online') attempt.connection.probe();
		else if (attempt && performance.now() - attempt.since < STALE_AFTER) return;
		else {
			attempt?.connection.end('network');
			this.#connect();
		}
	}

	/** Ends the connection. Open virtual sockets are cut, and come back after another `start`. */
	stop(): void {
		this.#stopWatching?.();
		this.#stopWatching = undefined;
		this.#stopAgreement?.();
		clearTimeout(this.#timer);
		if (this.#attempt) this.#attempt.connection.end('stopped');
		else this.#goOffline('stopped');
	}

	/** Calls `listener` with each live step of the index feed, on this connection and on later ones. */
	follow(listener: (delta: FeedDelta) => void): () => void {
		const follower = (delta: FeedDelta): void => listener(delta);
		this.#followers.add(follower);
		if (this.#followers.size === 1 && this.current.state === 'online') this.#askToFollow();
		return () => this.#followers.delete(follower);
	}

	/** Opens `line` as soon as there is a link and the relay takes it. */
	attach(line: Line): void {
		this.#lines.set(line, 'connecting');
		if (this.#mayOpen) this.#ask(line);
	}

	/** Sends a stock message, unless the line is not open. A `lossy` one gives way to a newer one. */
	send(line: Line, payload: Uint8Array, lossy: boolean): void {
		this.#attempt?.channels.send(line, payload, lossy);
	}

	/** The line's own end: what it has sent still leaves, and it hears nothing more. */
	detach(line: Line): void {
		if (this.#lines.delete(line)) this.#attempt?.channels.leave(line);
	}

	#connect(): void {
		clearTimeout(this.#timer);
		const since = this.current.state === 'online' ? Date.now() : this.current.since;
		const connect = this.#options.connect ?? ((url, protocol) => new WebSocket(url, protocol));
		const connection = new Connection(connect(this.#options.url, MUX_SUBPROTOCOL), {
			frame: (frame) => this.#take(frame),
			tick: () => this.#tick(),
			channelClosed: (channel) => this.#attempt?.channels.closed(channel),
			ended: (reason) => this.#ended(reason)
		});
		const channels = new Channels(connection, this.#channelEvents);
		this.#attempt = { connection, channels, since: performance.now() };
		this.#state.set({ state: 'connecting', since });
	}

	readonly #channelEvents: ChannelEvents = {
		opened: (line) => this.#lines.set(line, 'open'),
		acknowledged: (line) => this.#patience.succeeded(line.room),
		refused: (line, reason) => {
			if (isPassing(reason)) this.#patience.failed(line.room);
		},
		ended: (line, reason) => {
			this.#lines.delete(line);
			if (isPassing(reason)) this.#patience.failed(line.room);
		}
	};

	#take(frame: RelayFrame): void {
		if (frame.kind === 'welcome') this.#welcome(frame);
		else if (frame.kind === 'directory') this.#directory.set(parse(frame.json, readDirectory));
		else if (frame.kind === 'feed') {
			const delta = parse(frame.json, readFeedDelta);
			for (const follower of [...this.#followers]) follower(delta);
		} else this.#attempt?.channels.take(frame);
	}

	#welcome(welcome: Welcome): void {
		const mismatch = this.#mismatch(welcome);
		if (mismatch) {
			this.#attempt?.connection.end(mismatch);
			return;
		}
		if (this.#followers.size > 0) this.#askToFollow();
		this.#state.set({ state: 'online', welcome });
		this.#askAll();
	}

	/** There is a link, and the log behind it is the one that the device knows. */
	get #mayOpen(): boolean {
		const { current } = this;
		if (current.state !== 'online') return false;
		return this.#options.agreement?.has(current.welcome.incarnation) ?? true;
	}

	#askAll(): void {
		if (!this.#mayOpen) return;
		for (const line of [...this.#lines.keys()]) this.#ask(line);
	}

	#mismatch({ version, workspace, member }: Welcome): OfflineReason | undefined {
		if (version !== PROTOCOL_VERSION) return 'oldClient';
		if (workspace !== this.#options.workspace) return 'otherWorkspace';
		return member === this.#options.member ? undefined : 'otherMember';
	}

	#askToFollow(): void {
		this.#attempt?.connection.control(encodeClientFrame({ kind: 'follow' }));
	}

	#ask(line: Line): void {
		const attempt = this.#attempt;
		if (!attempt) return;
		const ask = (): void => {
			// Asked twice, a line would be opened again when the room is free, with nobody there.
			if (attempt !== this.#attempt || this.#lines.get(line) !== 'connecting') return;
			this.#lines.set(line, 'asked');
			attempt.channels.ask(line);
		};
		const wait = this.#patience.wait(line.room);
		if (wait === 0) ask();
		else setTimeout(ask, wait);
	}

	#tick(): void {
		const attempt = this.#attempt;
		if (!attempt) return;
		if (performance.now() - attempt.since > GOOD_AFTER) this.#failures = 0;
		for (const line of attempt.channels.open) line.tick();
	}

	#ended(reason: OfflineReason): void {
		this.#attempt = undefined;
		const cut = [...this.#lines].filter(([, state]) => state === 'open').map(([line]) => line);
		for (const line of cut) this.#lines.delete(line);
		for (const line of this.#lines.keys()) this.#lines.set(line, 'connecting');
		// Before anybody is told: whoever answers with `kick` replaces this timer.
		if (this.#stopWatching)
			this.#timer = setTimeout(() => this.#connect(), fullJitter(this.#failures++, this.#random));
		this.#goOffline(reason);
		for (const line of cut) line.ended(LINE_LOST, undefined);
	}

	#goOffline(reason: OfflineReason): void {
		const since = this.current.state === 'online' ? Date.now() : this.current.since;
		this.#state.set({ state: 'offline', since, reason });
	}
}

function parse<T>(json: string, read: (value: unknown) => T): T {
	try {
		return read(JSON.parse(json));
	} catch (cause) {
		throw new WireError('malformed JSON', { cause });
	}
}
