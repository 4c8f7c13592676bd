import { PART_BYTES } from '#core/protocol/limits.ts';
import { decodeRelayFrames, encodeClientFrame, type RelayFrame } from '#core/protocol/mux.ts';
import { isRefusalReason, REFUSALS, type RefusalReason } from '#core/protocol/refusal.ts';
import { reportFault } from './fault.ts';
import type { OfflineReason } from './link-state.ts';
import { Pulse, TICK } from './pulse.ts';
import { SendQueue } from './send-queue.ts';

/** Ms for the connection and the welcome; a server may accept and never answer. */
const WELCOME_WITHIN = 10_000;

export type ConnectionEvents = {
	/** May throw a WireError: then the connection ends as malformed. */
	frame(frame: RelayFrame): void;
	/** Each TICK ms while the connection is alive. */
	tick(): void;
	/** The close frame of this channel is on its way. */
	channelClosed(channel: number): void;
	/** Once, at the end; nothing comes after it. */
	ended(reason: OfflineReason): void;
};

/** The relay said something that no relay says. */
export class WireError extends Error {}

/** One physical WebSocket from its first byte to its last: frames in and out, heartbeat, flow control. */
export class Connection {
	readonly #socket: WebSocket;
	readonly #events: ConnectionEvents;
	readonly #queue: SendQueue;
	readonly #pulse = new Pulse(performance.now());
	readonly #startedAt = performance.now();
	readonly #ticker: ReturnType<typeof setInterval>;
	#stage: 'waiting' | 'welcomed' | 'ended' = 'waiting';
	#draining = false;

	constructor(socket: WebSocket, events: ConnectionEvents) {
		this.#socket = socket;
		this.#events = events;
		this.#queue = new SendQueue((channel) => events.channelClosed(channel));
		socket.binaryType = 'arraybuffer';
		socket.onmessage = (event) => this.#receive(event.data);
		socket.onclose = (event) => this.end(closeReason(event));
		// A close event follows each error event, and says more.
		socket.onerror = () => undefined;
		this.#ticker = setInterval(() => this.#tick(), TICK);
	}

	control(frame: Uint8Array): void {
		this.#queue.control(frame);
		this.#wake();
	}

	data(channel: number, payload: Uint8Array, lossy: boolean): void {
		this.#queue.data(channel, payload, lossy);
		this.#wake();
	}

	closeChannel(channel: number): void {
		this.#queue.close(channel);
		this.#wake();
	}

	dropChannel(channel: number): void {
		this.#queue.drop(channel);
	}

	/** Asks for a sign of life now, without waiting for the next idle moment. */
	probe(): void {
		if (this.#stage === 'welcomed') this.#ping();
	}

	/** Ends at once, for `reason`; what was not sent is forgotten, the outbox has it. */
	end(reason: OfflineReason): void {
		if (this.#stage === 'ended') return;
		this.#stage = 'ended';
		clearInterval(this.#ticker);
		this.#socket.onmessage = this.#socket.onclose = null;
		this.#socket.close();
		this.#events.ended(reason);
	}

	#receive(data: unknown): void {
		this.#pulse.heard(performance.now());
		try {
			if (!(data instanceof ArrayBuffer)) throw new WireError('not a binary message');
			for (const frame of decode(data)) {
				this.#take(frame);
				if (this.#isOver()) return;
			}
		} catch (error) {
			if (!(error instanceof WireError)) throw error;
			this.end('malformed');
		}
	}

	#isOver(): boolean {
		return this.#stage === 'ended';
	}

	#take(frame: RelayFrame): void {
		if (frame.kind === 'pong') {
			if (!this.#pulse.pong(frame.nonce)) throw new WireError('a pong without a ping');
			this.#wake();
			return;
		}
		if ((frame.kind === 'welcome') === (this.#stage === 'welcomed'))
			throw new WireError('one welcome comes first');
		if (frame.kind === 'welcome') this.#stage = 'welcomed';
		try {
			this.#events.frame(frame);
		} catch (error) {
			if (error instanceof WireError) throw error;
			// A fault in a listener: it is reported, and must not cost the frames after this one.
			reportFault(error);
		}
		if (frame.kind === 'welcome') this.#wake();
	}

	#tick(): void {
		const now = performance.now();
		if (this.#stage === 'waiting') {
			if (now - this.#startedAt > WELCOME_WITHIN) this.end('silent');
			return;
		}
		const verdict = this.#pulse.tick(now);
		if (verdict === 'silent') {
			this.end('silent');
			return;
		}
		if (verdict === 'ping') this.#ping();
		this.#events.tick();
	}

	#ping(): void {
		const nonce = this.#pulse.ping(performance.now());
		this.#send(encodeClientFrame({ kind: 'ping', nonce }));
	}

	/** Frames of one turn of the event loop travel in one message. */
	#wake(): void {
		if (this.#draining || this.#stage !== 'welcomed') return;
		this.#draining = true;
		queueMicrotask(() => {
			this.#draining = false;
			this.#drain();
		});
	}

	#drain(): void {
		while (this.#stage === 'welcomed' && this.#pulse.hasRoom) {
			const message = this.#queue.next(PART_BYTES);
			if (!message) return;
			this.#send(message);
			if (this.#pulse.wantsConfirmation) this.#ping();
		}
	}

	#send(message: Uint8Array): void {
		if (this.#socket.readyState !== this.#socket.OPEN) return;
		this.#pulse.sent(message.length);
		this.#socket.send(message as Uint8Array<ArrayBuffer>);
	}
}

function decode(data: ArrayBuffer): RelayFrame[] {
	try {
		return decodeRelayFrames(new Uint8Array(data));
	} catch (cause) {
		throw new WireError('malformed frames', { cause });
	}
}

/** The relay names its reason in the close event; anything else is the network. */
function closeReason(event: CloseEvent): OfflineReason {
	if (isRefusalReason(event.reason)) return event.reason;
	const named = Object.keys(REFUSALS).filter(isRefusalReason);
	const byCode = named.find((reason: RefusalReason) => REFUSALS[reason].code === event.code);
	return event.code >= 4400 && byCode ? byCode : 'network';
}
