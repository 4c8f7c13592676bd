import { MAX_AWARENESS_BYTES, KEEP_ALIVE_MS, MAX_UPDATE_BYTES } from '#core/protocol/limits.ts';
import type { MemberId, RoomName } from '#core/model/id.ts';
import type { RefusalReason } from '#core/protocol/refusal.ts';
import { isPassing } from '#core/protocol/refusal.ts';
import { asRoomName } from '#core/protocol/room.ts';
import { decodeYMessage, encodeYMessage, SIGN_OF_LIFE, type YMessage } from '#core/protocol/y-message.ts';
import { TRY_AGAIN, type Line } from './channels.ts';
import { WireError } from './connection.ts';
import type { Identity } from './document-state.ts';
import type { MuxLink } from './mux-link.ts';
import { ownEntries } from './own-awareness.ts';

const ORIGIN = 'ws://mux.invalid';
const ADDRESS = /^ws:\/\/mux\.invalid\/m\/[^/?]+\/g\d+\/([^?]+)(\?.*)?$/;

/** All of a document's address before its room, so that BroadcastChannel names carry it (rule 23). */
export const serverUrl = (member: MemberId, generation: number): string =>
	`${ORIGIN}/m/${member}/g${generation}`;

/** What the owner of a document learns of its virtual socket; one set of calls for all its sockets, one by one. */
export type SocketOwner = {
	/** The Yjs client id to claim. */
	client(): number;
	opened(socket: MuxSocket): void;
	/** A SyncStep2 or an update leaves now. */
	wrote(kind: 'step2' | 'update'): void;
	/** The first `count` writes of this socket are durable. Throws a WireError when it has not sent as many. */
	acknowledged(count: number, seq: number): void;
	/** A write was not kept. With a passing reason the socket closes, and the provider comes back later. */
	refused(reason: RefusalReason): void;
	named(client: number, identity: Identity): void;
	/** The socket is over, but not by the provider's wish. `reason` only when the relay gave one. */
	ended(reason: RefusalReason | undefined): void;
};

/** The class to give to a stock provider as its `WebSocketPolyfill`. */
export function socketsOver(link: MuxLink, owner: SocketOwner): typeof WebSocket {
	const bound = class extends MuxSocket {
		constructor(url: string | URL) {
			super(link, owner, String(url));
		}
	};
	// The part of WebSocket that y-websocket uses; EventTarget's methods are not among it.
	return bound as unknown as typeof WebSocket;
}

/** A WebSocket that is one channel of the tab's link (rule 2). */
export class MuxSocket implements Line {
	static readonly CONNECTING = 0;
	static readonly OPEN = 1;
	static readonly CLOSING = 2;
	static readonly CLOSED = 3;
	readonly CONNECTING = 0;
	readonly OPEN = 1;
	readonly CLOSING = 2;
	readonly CLOSED = 3;

	readonly room: RoomName;
	readonly client: number;
	readonly url: string;
	readonly protocol = '';
	binaryType: BinaryType = 'arraybuffer';
	readyState: 0 | 1 | 2 | 3 = 0;
	onopen: ((event: Event) => void) | null = null;
	onmessage: ((event: MessageEvent<ArrayBuffer>) => void) | null = null;
	onerror: ((event: Event) => void) | null = null;
	onclose: ((event: CloseEvent) => void) | null = null;

	readonly #link: MuxLink;
	readonly #owner: SocketOwner;
	#fedAt = 0;
	#writes: 'sent' | 'withheld' = 'sent';

	/** Throws a SyntaxError on any address that is not one of ours. */
	constructor(link: MuxLink, owner: SocketOwner, url: string) {
		const room = asRoomName(ADDRESS.exec(url)?.[1] ?? '');
		if (!room) throw new SyntaxError(`not the address of a room: ${url}`);
		this.url = url;
		this.room = room;
		this.#link = link;
		this.#owner = owner;
		this.client = owner.client();
		link.attach(this);
	}

	/** Takes one stock message; it must not change any more. */
	send(data: Uint8Array | ArrayBuffer): void {
		if (this.readyState !== 1) return;
		const bytes = data instanceof Uint8Array ? data : new Uint8Array(data);
		const message = decodeYMessage(bytes);
		if (message.type === 'step2' || message.type === 'update') this.#write(message, bytes);
		else if (message.type === 'awareness') this.#present(message.update);
		else this.#link.send(this, bytes, false);
	}

	/** The provider's own end. */
	close(): void {
		if (this.readyState >= 2) return;
		this.readyState = 3;
		this.#link.detach(this);
	}

	/** Gives the socket up so that the provider opens a new one. */
	reopen(): void {
		if (this.readyState >= 2) return;
		this.#link.detach(this);
		this.ended(TRY_AGAIN, undefined);
	}

	opened(): void {
		this.readyState = 1;
		this.#fedAt = Date.now();
		this.#owner.opened(this);
		// Unless the owner has given it up at once.
		this.onopen?.(new Event('open'));
	}

	receive(payload: Uint8Array): void {
		checked(payload);
		this.#fedAt = Date.now();
		this.#deliver(payload);
	}

	acknowledged(count: number, seq: number): void {
		this.#owner.acknowledged(count, seq);
	}

	refused(_count: number, reason: RefusalReason): void {
		this.#owner.refused(reason);
		if (isPassing(reason)) this.reopen();
		// What follows builds upon the refused write: the relay would find gap after gap. Reading goes on.
		else this.#writes = 'withheld';
	}

	named(client: number, identity: Identity): void {
		this.#owner.named(client, identity);
	}

	tick(): void {
		// The provider's watchdog reads the wall clock, which may jump either way.
		if (Math.abs(Date.now() - this.#fedAt) < KEEP_ALIVE_MS) return;
		this.#fedAt = Date.now();
		this.#deliver(SIGN_OF_LIFE);
	}

	ended(code: number, reason: RefusalReason | undefined): void {
		if (this.readyState === 3) return;
		this.readyState = 3;
		this.#owner.ended(reason);
		this.onclose?.(closeEvent(code, reason ?? ''));
	}

	#write(message: YMessage & { type: 'step2' | 'update' }, bytes: Uint8Array): void {
		if (this.#writes === 'withheld') return;
		if (message.update.length > MAX_UPDATE_BYTES) {
			this.refused(0, 'tooLarge');
			return;
		}
		this.#owner.wrote(message.type);
		this.#link.send(this, bytes, false);
	}

	#present(update: Uint8Array): void {
		const own = ownEntries(update, this.client);
		if (!own || own.length > MAX_AWARENESS_BYTES) return;
		this.#link.send(this, encodeYMessage({ type: 'awareness', update: own }), true);
	}

	#deliver(payload: Uint8Array): void {
		this.onmessage?.({ data: payload.slice().buffer } as MessageEvent<ArrayBuffer>);
	}
}

function checked(payload: Uint8Array): void {
	try {
		decodeYMessage(payload);
	} catch (cause) {
		throw new WireError('not a stock message', { cause });
	}
}

/** Node knows no CloseEvent everywhere that vitest does; the provider reads `code` and `reason`. */
const closeEvent = (code: number, reason: string): CloseEvent =>
	({ type: 'close', code, reason, wasClean: false }) as CloseEvent;
