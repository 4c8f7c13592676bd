import { Awareness } from 'y-protocols/awareness';
import { WebsocketProvider } from 'y-websocket';
import type { Doc } from 'yjs';
import type { MemberId, RoomName } from '#core/model/id.ts';
import type { RefusalReason } from '#core/protocol/refusal.ts';
import type { Source } from '../storage/source.ts';
import { followClientId, isUnused, takeNewClientId } from './client-id.ts';
import { WireError } from './connection.ts';
import { Coverage } from './coverage.ts';
import {
	concernsEdits,
	concernsSession,
	type DocumentState,
	type Identity,
	type LocalLog
} from './document-state.ts';
import type { MuxLink } from './mux-link.ts';
import { Value } from './value.ts';
import { serverUrl, socketsOver, type MuxSocket, type SocketOwner } from './virtual-socket.ts';

/** Ms until a provider makes a new socket after it lost one. Short: the new one waits for the link by itself. */
const NEW_SOCKET_AFTER = 50;

export type DocumentSyncOptions = {
	doc: Doc;
	/** Made with no local state when left out: stock awareness costs a message per document each 15 s. */
	awareness?: Awareness;
	room: RoomName;
	link: MuxLink;
	member: MemberId;
	/** Goes up when the document is rebuilt or purged, so that other tabs' old ones are out of reach (rule 23). */
	generation: number;
	localLog: LocalLog;
	/** Also sync with other tabs of this device, by BroadcastChannel; true. */
	bc?: boolean;
};

/** Begins to sync a document through an unmodified y-websocket provider over the tab's link (rules 1, 2, 8, 25). */
export const openDocumentSync = (options: DocumentSyncOptions): DocumentSync => new DocumentSync(options);

/** The sync of one open document: what is saved, who is who, and how to let go. */
export class DocumentSync implements SocketOwner {
	readonly room: RoomName;
	readonly awareness: Awareness;
	readonly #doc: Doc;
	readonly #link: MuxLink;
	readonly #log: LocalLog;
	readonly #provider: WebsocketProvider;
	readonly #state: Value<DocumentState>;
	readonly #identities = new Value<ReadonlyMap<number, Identity>>(new Map());
	readonly #heard = new Value(false);
	readonly #stop: (() => void)[] = [];
	#coverage = new Coverage();
	#socket: MuxSocket | undefined;
	#refusal: RefusalReason | undefined;
	#settled = 0;

	constructor({ doc, awareness, room, link, member, generation, localLog, bc = true }: DocumentSyncOptions) {
		this.room = room;
		this.#doc = doc;
		this.#link = link;
		this.#log = localLog;
		this.awareness = awareness ?? this.#makeAwareness();
		this.#state = new Value(this.#now());
		this.#provider = new WebsocketProvider(serverUrl(member, generation), room, doc, {
			awareness: this.awareness,
			WebSocketPolyfill: socketsOver(link, this),
			maxBackoffTime: NEW_SOCKET_AFTER,
			disableBc: !bc
		});
		this.#provider.on('sync', (isSynced) => {
			if (isSynced) this.#heard.set(true);
		});
		this.#provider.on('closed', () => {
			if (!this.#refusal) this.#provider.connect();
		});
		const updated = (): void => this.#tell();
		const settled = (): void => this.#followClientId();
		doc.on('update', updated);
		doc.on('afterAllTransactions', settled);
		this.#stop.push(
			() => doc.off('update', updated),
			() => doc.off('afterAllTransactions', settled),
			link.observe(() => this.#linkChanged())
		);
	}

	/** Where the document stands; "saved" comes from acknowledgements alone. */
	get state(): Source<DocumentState> {
		return this.#state;
	}

	/** Who the Yjs client ids of this document belong to, as far as the relay has told. */
	get identities(): Source<ReadonlyMap<number, Identity>> {
		return this.#identities;
	}

	/** True once the relay's content has been merged in; says nothing of "saved". */
	get heard(): Source<boolean> {
		return this.#heard;
	}

	/** Tries again after a refusal, with whatever the document holds now. */
	retry(): void {
		this.#refusal = undefined;
		this.#provider.disconnect();
		this.#provider.connect();
		this.#tell();
	}

	/** Lets go of the relay and of other tabs; what was sent still leaves. Document and given awareness live on. */
	close(): void {
		this.#provider.destroy();
		for (const stop of this.#stop.splice(0)) stop();
		this.#socket = undefined;
	}

	client(): number {
		return this.#doc.clientID;
	}

	opened(socket: MuxSocket): void {
		this.#socket = socket;
		this.#coverage = new Coverage();
		if (this.#refusal && concernsSession(this.#refusal)) this.#refusal = undefined;
		if (socket.client !== this.#doc.clientID) socket.reopen();
		this.#tell();
	}

	wrote(kind: 'step2' | 'update'): void {
		this.#coverage.wrote(kind, this.#log.last);
		this.#tell();
	}

	acknowledged(count: number, seq: number): void {
		if (this.#coverage.isBeyond(count)) throw new WireError('more is acknowledged than was sent');
		const upTo = this.#coverage.acknowledge(count);
		if (this.#coverage.isConfirmed && this.#refusal && !this.#isWithheld()) this.#refusal = undefined;
		if (upTo > this.#settled) {
			this.#settled = upTo;
			this.#log.settle(upTo, seq, this.#incarnation());
		}
		this.#tell();
	}

	refused(reason: RefusalReason): void {
		if (this.#isWithheld()) return;
		this.#refusal = reason;
		if (concernsEdits(reason)) this.#log.refuse(reason);
		this.#tell();
	}

	named(client: number, identity: Identity): void {
		this.#identities.set(new Map(this.#identities.current).set(client, identity));
	}

	ended(reason: RefusalReason | undefined): void {
		this.#socket = undefined;
		if (reason === 'clientIdTaken' && isUnused(this.#doc)) {
			takeNewClientId(this.#doc);
			this.#followClientId();
		} else if (reason) this.refused(reason);
		this.#tell();
	}

	#makeAwareness(): Awareness {
		const awareness = new Awareness(this.#doc);
		awareness.setLocalState(null);
		this.#stop.push(() => awareness.destroy());
		return awareness;
	}

	#linkChanged(): void {
		if (this.#link.current.state === 'online' && this.#refusal && concernsSession(this.#refusal))
			this.#provider.connect();
		this.#tell();
	}

	#followClientId(): void {
		if (this.awareness.clientID === this.#doc.clientID) return;
		followClientId(this.#doc, this.awareness);
		this.#socket?.reopen();
	}

	#isWithheld(): boolean {
		return this.#refusal !== undefined && concernsEdits(this.#refusal);
	}

	#incarnation(): string {
		const link = this.#link.current;
		if (link.state !== 'online') throw new Error('an acknowledgement without a link');
		return link.welcome.incarnation;
	}

	#now(): DocumentState {
		const waiting = Math.max(0, this.#log.last - this.#settled);
		const isOnline = this.#link.current.state === 'online';
		if (this.#refusal && (isOnline || this.#isWithheld()))
			return { state: 'refused', reason: this.#refusal, waiting };
		if (!isOnline) return { state: 'offline', waiting };
		if (!this.#socket || !this.#coverage.isConfirmed) return { state: 'onDevice', waiting };
		return waiting === 0 ? { state: 'saved', waiting } : { state: 'saving', waiting };
	}

	#tell(): void {
		const next = this.#now();
		if (!isSame(next, this.#state.current)) this.#state.set(next);
	}
}

const isSame = (a: DocumentState, b: DocumentState): boolean =>
	a.state === b.state &&
	a.waiting === b.waiting &&
	(a.state !== 'refused' || b.state !== 'refused' || a.reason === b.reason);
