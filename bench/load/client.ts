import { WebSocket } from 'ws';
import * as Y from 'yjs';
import { encodeYMessage } from '#core/protocol/y-message.ts';
import type { RoomName } from '#core/model/id.ts';
import { readStock, wireTo, type Endpoint, type Incoming, type Wire } from './wire.ts';

const EMPTY_STATE = Y.encodeStateVector(new Y.Doc());
const NOTHING = Y.encodeStateAsUpdate(new Y.Doc());
/** Milliseconds until a handshake that has not ended is taken to have failed. */
const PATIENCE = 60_000;

/**
 * A raw client of one room on a socket of its own: a handshake, then bytes out and bytes in, nothing decoded that need
 * not be. `base` is what it has to give when asked.
 */
export class Client {
	readonly #wire: Wire;
	readonly #base: Uint8Array;
	#socket: WebSocket | undefined;
	#writes = 0;
	onMessage: ((bytes: Buffer) => void) | undefined;
	/** Called with the number of writes so far that are durable. */
	onAck: ((count: number) => void) | undefined;
	onRefused: ((reason: string) => void) | undefined;

	constructor(endpoint: Endpoint, room: RoomName, client: number, base: Uint8Array = NOTHING) {
		this.#wire = wireTo(endpoint, room, client);
		this.#base = base;
	}

	/** Connects and syncs; resolves with the content that the relay gave, when it has also been given ours. */
	async connect(): Promise<Uint8Array> {
		const { promise, resolve, reject } = Promise.withResolvers<Uint8Array>();
		const socket = new WebSocket(this.#wire.address, this.#wire.protocols, {
			perMessageDeflate: false,
			maxPayload: 256 * 1024 * 1024
		});
		this.#socket = socket;
		let content: Uint8Array | undefined;
		let asked = false;
		const late = setTimeout(() => reject(new Error('no handshake within a minute')), PATIENCE);
		const greet = (): void => this.#send(encodeYMessage({ type: 'step1', stateVector: EMPTY_STATE }));
		socket.on('open', () => {
			for (const bytes of this.#wire.hello()) socket.send(bytes);
			if (!this.#wire.waits) greet();
		});
		socket.on('error', reject);
		socket.on('close', (code, reason) => {
			reject(new Error(`closed: ${code} ${reason.toString()}`));
			this.onRefused?.(`closed ${code} ${reason.toString()}`);
		});
		socket.on('message', (bytes: Buffer) => {
			if (content !== undefined && asked) {
				this.#hear(bytes);
				return;
			}
			for (const incoming of this.#wire.read(bytes)) {
				if (incoming.kind === 'ready') greet();
				else if (incoming.kind === 'refused') reject(new Error(`refused: ${incoming.reason}`));
				else if (incoming.kind === 'y') {
					const { type, body } = readStock(incoming.bytes);
					if (type === 'step1' && !asked) {
						asked = true;
						this.#write({ type: 'step2', update: this.#base });
					}
					if (type === 'step2') content = body.slice();
					// An update may come before the content that it continues.
					if (type === 'update') this.onMessage?.(bytes);
				}
			}
			if (content !== undefined && asked) {
				clearTimeout(late);
				resolve(content);
			}
		});
		return promise;
	}

	#hear(bytes: Buffer): void {
		this.onMessage?.(bytes);
		if (!this.onAck && !this.onRefused) return;
		if (!this.#wire.protocols.length) return;
		for (const incoming of this.#wire.read(bytes)) this.#tell(incoming);
	}

	#tell(incoming: Incoming): void {
		if (incoming.kind === 'ack') this.onAck?.(incoming.count);
		else if (incoming.kind === 'refused') this.onRefused?.(incoming.reason);
	}

	#write(message: Parameters<typeof encodeYMessage>[0]): number {
		this.#send(encodeYMessage(message));
		return ++this.#writes;
	}

	/** Sends an update; answers its number among the writes of this client, by which it is acknowledged. */
	send(update: Uint8Array): number {
		return this.#write({ type: 'update', update });
	}

	announce(awareness: Uint8Array): void {
		this.#send(encodeYMessage({ type: 'awareness', update: awareness }));
	}

	#send(message: Uint8Array): void {
		this.#socket?.send(this.#wire.wrap(message));
	}

	/** Closes and waits until the relay has, too. */
	async close(): Promise<void> {
		const socket = this.#socket;
		if (!socket || socket.readyState === WebSocket.CLOSED) return;
		this.onRefused = undefined;
		const closed = new Promise((resolve) => socket.once('close', resolve));
		socket.close(1000);
		const late = setTimeout(() => socket.terminate(), 5_000);
		await closed;
		clearTimeout(late);
	}
}
