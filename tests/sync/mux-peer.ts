import { once } from 'node:events';
import { onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import * as Y from 'yjs';
import type { RoomName } from '#core/model/id.ts';
import { PART_BYTES } from '#core/protocol/limits.ts';
import {
	decodeRelayFrames,
	encodeClientFrame,
	type ClientFrame,
	type RelayFrame
} from '#core/protocol/mux.ts';
import type { RefusalReason } from '#core/protocol/refusal.ts';
import { MUX_SUBPROTOCOL, SYNC_PATH } from '#core/protocol/version.ts';
import { decodeYMessage, encodeYMessage, type YMessage } from '#core/protocol/y-message.ts';
import { eventually } from './eventually.ts';

type FrameOf<Kind extends RelayFrame['kind']> = Extract<RelayFrame, { kind: Kind }>;

/** A device's physical socket, frame by frame: what it hears is kept, what it says is up to the test. */
export class MuxPeer {
	readonly socket: WebSocket;
	readonly heard: RelayFrame[] = [];
	/** Bytes of each WebSocket message that came in. */
	readonly messages: number[] = [];
	readonly channels = new Map<number, PeerChannel>();
	closed: { code: number; reason: string } | undefined;
	#request = 0;
	readonly #opening = new Map<number, Y.Doc>();

	constructor(url: string, headers: Record<string, string>, protocol: string = MUX_SUBPROTOCOL) {
		this.socket = new WebSocket(`${url.replace('http', 'ws')}${SYNC_PATH}`, protocol, { headers });
		this.socket.on('error', () => undefined);
		this.socket.on('close', (code, reason) => {
			this.closed = { code, reason: reason.toString() };
		});
		this.socket.on('message', (data: Buffer) => {
			this.messages.push(data.length);
			for (const frame of decodeRelayFrames(data)) this.#take(frame);
		});
		onTestFinished(() => this.socket.terminate());
	}

	/** Connects and waits for the relay's welcome. */
	static async connect(url: string, headers: Record<string, string>): Promise<MuxPeer> {
		const peer = new MuxPeer(url, headers);
		await peer.hears('welcome');
		return peer;
	}

	send(...frames: ClientFrame[]): void {
		this.socket.send(Buffer.concat(frames.map((frame) => encodeClientFrame(frame))));
	}

	/** Waits for a frame of this kind that `matches`. */
	async hears<Kind extends RelayFrame['kind']>(
		kind: Kind,
		matches: (frame: FrameOf<Kind>) => boolean = () => true
	): Promise<FrameOf<Kind>> {
		const find = () =>
			this.heard.find(
				(frame): frame is FrameOf<Kind> => frame.kind === kind && matches(frame as FrameOf<Kind>)
			);
		await eventually(() => find() !== undefined || this.closed !== undefined, `a frame ${kind}`);
		const found = find();
		if (!found)
			throw new Error(`closed (${this.closed?.code} ${this.closed?.reason}) before a frame ${kind}`);
		return found;
	}

	/** Opens a room for a document and answers as a stock provider would. Rejects with the reason when refused. */
	async open(room: RoomName, doc: Y.Doc = new Y.Doc()): Promise<PeerChannel> {
		const request = ++this.#request;
		this.#opening.set(request, doc);
		this.send({ kind: 'open', request, room, client: doc.clientID });
		const answer = await Promise.race([
			this.hears('opened', (frame) => frame.request === request),
			this.hears('openRefused', (frame) => frame.request === request)
		]);
		if (answer.kind === 'openRefused') throw new RefusedError(answer.reason);
		const channel = this.channels.get(answer.channel);
		if (!channel) throw new Error('closed as soon as it was opened');
		return channel;
	}

	async end(): Promise<{ code: number; reason: string }> {
		await eventually(() => this.closed !== undefined, 'the end of the connection');
		return this.closed ?? { code: 0, reason: '' };
	}

	async disconnect(): Promise<void> {
		this.socket.close();
		await once(this.socket, 'close');
	}

	#take(frame: RelayFrame): void {
		this.heard.push(frame);
		if (frame.kind === 'opened') this.#begin(frame);
		if ('channel' in frame) this.channels.get(frame.channel)?.take(frame);
	}

	/** At once: what follows `opened` in the same message belongs to the channel already. */
	#begin({ request, channel: number }: FrameOf<'opened'>): void {
		const doc = this.#opening.get(request);
		if (!doc) return;
		const channel = new PeerChannel(this, number, doc);
		this.channels.set(number, channel);
		channel.say({ type: 'step1', stateVector: Y.encodeStateVector(doc) });
	}
}

class RefusedError extends Error {
	readonly reason: RefusalReason;
	constructor(reason: RefusalReason) {
		super(reason);
		this.reason = reason;
	}
}

/** One channel with a real document: it answers handshakes and sends its own updates, as a provider does. */
export class PeerChannel {
	readonly number: number;
	readonly doc: Y.Doc;
	readonly heard: YMessage[] = [];
	readonly #peer: MuxPeer;
	#parts: Uint8Array[] = [];
	synced = false;
	/** Whether it answers SyncStep1 by itself, as a provider does. */
	answers = true;
	/** Writes sent, and how many of them the relay has acknowledged. */
	sent = 0;
	acknowledged = { count: 0, seq: 0 };
	ended: RefusalReason | undefined;

	constructor(peer: MuxPeer, number: number, doc: Y.Doc) {
		this.#peer = peer;
		this.number = number;
		this.doc = doc;
		doc.on('update', (update: Uint8Array, origin: unknown) => {
			if (origin !== this) this.say({ type: 'update', update });
		});
	}

	say(message: YMessage): void {
		if (this.ended) return;
		if (message.type === 'update' || message.type === 'step2') this.sent++;
		const payload = encodeYMessage(message);
		let at = 0;
		for (; payload.length - at > PART_BYTES; at += PART_BYTES)
			this.#peer.send({ kind: 'part', channel: this.number, payload: payload.subarray(at, at + PART_BYTES) });
		this.#peer.send({ kind: 'data', channel: this.number, payload: payload.subarray(at) });
	}

	take(frame: RelayFrame): void {
		if (frame.kind === 'ack') this.acknowledged = { count: frame.count, seq: frame.seq };
		if (frame.kind === 'closed') this.ended = frame.reason;
		if (frame.kind === 'part') this.#parts.push(frame.payload);
		if (frame.kind !== 'data') return;
		const payload = Buffer.concat([...this.#parts, frame.payload]);
		this.#parts = [];
		this.#answer(decodeYMessage(payload));
	}

	/** Waits until the relay has acknowledged everything that was sent. */
	async saved(): Promise<number> {
		await eventually(
			() => this.ended !== undefined || (this.synced && this.acknowledged.count === this.sent),
			'every write acknowledged'
		);
		if (this.ended) throw new RefusedError(this.ended);
		return this.acknowledged.seq;
	}

	close(): void {
		this.#peer.send({ kind: 'close', channel: this.number });
		this.#peer.channels.delete(this.number);
	}

	#answer(message: YMessage): void {
		this.heard.push(message);
		if (message.type === 'step1' && this.answers)
			this.say({ type: 'step2', update: Y.encodeStateAsUpdate(this.doc, message.stateVector) });
		if (message.type === 'step2' || message.type === 'update') Y.applyUpdate(this.doc, message.update, this);
		if (message.type === 'step2') this.synced = true;
	}
}
