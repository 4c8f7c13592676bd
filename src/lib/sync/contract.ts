import type { Row } from '#core/documents/row.ts';
import type { MemberId, RoomName } from '#core/model/id.ts';
import type {
	Directory,
	Position,
	PushResult,
	WorkspaceInfo,
	SessionRequest,
	FeedDelta
} from '#core/protocol/messages.ts';
import type { RefusalReason } from '#core/protocol/refusal.ts';
import type { Source } from '../storage/source.ts';
import type { Answer, RelayApi } from './answer.ts';
import type { DocumentSync } from './document-sync.ts';
import type { MuxLink } from './mux-link.ts';

// What src/lib/sync exports, and where. Written before the code; goes away when the code stands.

// ---- session.ts
export declare function askWorkspace(api: RelayApi): Promise<Answer<WorkspaceInfo>>;
/** The answer sets the cookie. */
export declare function beginSession(api: RelayApi, request: SessionRequest): Promise<Answer<void>>;
export declare function askDirectory(api: RelayApi): Promise<Answer<Directory>>;

// ---- pull.ts
export type PulledRoom = { room: RoomName; seq: number; updates: Uint8Array[] };
export type PullEnd = { state: 'complete'; position: Position } | { state: 'diverged'; position: Position };
/** `take` gets what arrived, in batches; the stream waits until it is done (backpressure). It may reject: pull rejects. */
export declare function pull(
	api: RelayApi,
	request: { known: Position | undefined; have: Map<RoomName, number> },
	take: (rooms: PulledRoom[]) => Promise<void>
): Promise<Answer<PullEnd>>;

// ---- push.ts
export type PushItem = { room: RoomName; update: Uint8Array };
/** Sends batches one after the other; `settled` is told each item's result as batches return, its promise awaited. */
export declare function push<T extends PushItem>(
	api: RelayApi,
	items: AsyncIterable<T> | Iterable<T>,
	settled: (results: { item: T; result: PushResult }[]) => Promise<void> | void,
	restoredFrom?: Position
): Promise<Answer<void>>;

// ---- heal.ts (after a pull ended with `diverged`)
export interface HealDocuments {
	/** Encoded Yjs snapshot (state vector and delete set) of each document on the device. */
	snapshots(): AsyncIterable<{ room: RoomName; snapshot: Uint8Array }>;
	/** The whole document as one update; undefined when it is gone meanwhile. */
	content(room: RoomName): Promise<Uint8Array | undefined>;
}
export type Healed = {
	/** What the next pull must name with `known: undefined`: sequence numbers that are true in the new incarnation. */
	have: Map<RoomName, number>;
	/** The relay has something that the device lacks. */
	pull: RoomName[];
	/** Uploaded again. */
	restored: RoomName[];
	refused: { room: RoomName; reason: RefusalReason }[];
};
export declare function heal(
	api: RelayApi,
	documents: HealDocuments,
	lost: Position
): Promise<Answer<Healed>>;

// ---- feed.ts
export type FeedStep = { rows: Row[]; gone: string[]; position: Position; reset: boolean };
export interface FeedSink {
	/** Where the stored rows stand; undefined before the first page. */
	position(): Promise<Position | undefined>;
	/** Stores one step atomically with its position; called one after the other. `reset`: replace all rows. */
	apply(step: FeedStep): Promise<void>;
}
export type FeedState =
	| { state: 'waiting' }
	| { state: 'loading'; rows: number }
	| { state: 'current' }
	| { state: 'failed'; why: 'sink' | 'unreachable' | RefusalReason };
export declare class IndexFeed {
	constructor(link: MuxLink, api: RelayApi, sink: FeedSink);
	readonly state: Source<FeedState>;
	start(): void;
	stop(): void;
}

// ---- overlay.ts (pure)
export declare class Overlay {
	/** `needsPull`: a newer row of a document with unacknowledged edits came; its own rows lack something. */
	constructor(needsPull: (room: RoomName) => void);
	/** The device's own projection of an edited document that is not acknowledged; `basis` = relay seq it contains. */
	edit(room: RoomName, rows: Row[], basis: number): void;
	/** All of the room's edits are acknowledged at `seq`. */
	acknowledge(room: RoomName, seq: number): void;
	/** Feed rows that arrived; own rows of rooms whose acknowledged edits they contain fall. Returns those rooms. */
	receive(rows: readonly Row[]): RoomName[];
	/** The own rows that stand instead of the feed's, or undefined. */
	standing(room: RoomName): readonly Row[] | undefined;
	rooms(): IterableIterator<RoomName>;
	/** The document is gone from this device, or was rebuilt. */
	drop(room: RoomName): void;
}

// ---- presence.ts
export type Person = {
	client: number;
	member: MemberId;
	name: string;
	isMe: boolean;
	state: Record<string, unknown>;
};
export declare class Presence {
	constructor(sync: DocumentSync);
	/** Everybody with a state and a name from the relay, ourselves included. */
	readonly people: Source<readonly Person[]>;
	/** Sets one field of the local state at most every 100 ms, keeping the others; undefined removes it. */
	set(field: string, value: unknown): void;
	/** Nobody sees us here any more. */
	leave(): void;
	close(): void;
}
