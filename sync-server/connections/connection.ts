import type { Duplex } from 'node:stream';
import type { Logger } from 'pino';
import type { RateLimiterMemory } from 'rate-limiter-flexible';
import type { WebSocket } from 'ws';
import type { MemberId } from '#core/model/id.ts';
import { REFUSALS, type RefusalReason } from '#core/protocol/refusal.ts';
import { Outbound } from './outbound.ts';

/** What bounds one connection; tests make it smaller. */
export type ConnectionLimits = {
	/** Bytes that may wait for a receiver who does not read. */
	outboundBytes: number;
	/** Bytes on their way to the log before the connection is not read any further. */
	inFlightBytes: number;
	/** Bytes of one incoming message. */
	messageBytes: number;
	/** Content being read at the same time. */
	readings: number;
};

export type ConnectionContext = {
	socket: Duplex;
	webSocket: WebSocket;
	member: MemberId;
	limits: ConnectionLimits;
	/** Messages per connection over time. */
	pace: RateLimiterMemory;
	logger: Logger;
	joins: boolean;
};

/** Large content that may wait in a connection before no more of it is read. */
const BULK_BYTES = 4 * 1024 * 1024;
/** Messages are counted against the pace in steps, so that counting costs next to nothing. */
const PACE_STEP = 100;

let lastConnection = 0;

/** One WebSocket and what bounds it: what it may send, what waits for it, how it ends. */
export class Connection {
	readonly member: MemberId;
	readonly outbound: Outbound;
	readonly logger: Logger;
	readonly #id = String(++lastConnection);
	readonly #webSocket: WebSocket;
	readonly #limits: ConnectionLimits;
	readonly #pace: RateLimiterMemory;
	readonly #readings: (() => Promise<void>)[] = [];
	#reading = 0;
	#inFlight = 0;
	#messages = 0;
	#heard = true;
	#state: 'open' | 'ended' = 'open';

	constructor({ socket, webSocket, member, limits, pace, logger, joins }: ConnectionContext) {
		this.member = member;
		this.logger = logger.child({ connection: this.#id, member });
		this.#webSocket = webSocket;
		this.#limits = limits;
		this.#pace = pace;
		this.outbound = new Outbound(socket, {
			cap: limits.outboundBytes,
			joins,
			onSlow: () => this.#cutOff()
		});
		this.outbound.onRoom(() => this.#read());
		webSocket.on('pong', () => {
			this.#heard = true;
		});
		webSocket.on('error', (error) => this.logger.info({ error: error.message }, 'socket error'));
		webSocket.on('close', (code) => {
			this.#state = 'ended';
			this.#readings.length = 0;
			this.outbound.close();
			this.logger.debug({ code }, 'connection closed');
		});
	}

	/** Hands over each binary message; `listener` may throw on malformed ones. */
	onMessage(listener: (bytes: Uint8Array) => void): void {
		this.#webSocket.on('message', (data: Buffer, isBinary: boolean) => {
			if (this.#state === 'ended') return;
			this.#heard = true;
			if (!isBinary) return this.end('unknownMessage');
			if (data.length > this.#limits.messageBytes) return this.end('tooLarge');
			this.count();
			try {
				listener(data);
			} catch (error) {
				this.logger.info(
					{ error: error instanceof Error ? error.message : String(error) },
					'malformed message'
				);
				this.end('malformed');
			}
		});
	}

	/** Counts a message or frame against the pace. */
	count(): void {
		if (++this.#messages % PACE_STEP !== 0) return;
		this.#pace.consume(this.#id, PACE_STEP).catch(() => this.end('tooFast'));
	}

	/** Bytes that have gone to the log without an outcome: more, or (negative) less. Too many, and nothing is read. */
	weigh(bytes: number): void {
		this.#inFlight += bytes;
		if (this.#state === 'ended') return;
		if (this.#inFlight > this.#limits.inFlightBytes) this.#webSocket.pause();
		else if (this.#webSocket.isPaused) this.#webSocket.resume();
	}

	/** Runs a reading of content when there is room for what it brings. */
	queue(reading: () => Promise<void>): void {
		this.#readings.push(reading);
		this.#read();
	}

	/** Ends the connection by name; `refusal.ts` says with which close code. */
	end(reason: RefusalReason): void {
		if (this.#state === 'ended') return;
		this.#state = 'ended';
		this.logger.info({ reason }, 'connection refused');
		this.outbound.flush();
		this.outbound.close();
		this.#webSocket.close(REFUSALS[reason].code, reason);
		// A peer that answers no close frame must not keep the socket.
		setTimeout(() => this.#webSocket.terminate(), 2_000).unref();
	}

	/** Asks for a sign of life; a peer that gave none since the last time is gone. */
	probe(): void {
		if (!this.#heard) {
			this.#webSocket.terminate();
			return;
		}
		this.#heard = false;
		this.#webSocket.ping();
	}

	#read(): void {
		while (this.#reading < this.#limits.readings && this.outbound.bulkBytes < BULK_BYTES) {
			const reading = this.#readings.shift();
			if (!reading) return;
			this.#reading++;
			void reading()
				.catch((error: unknown) => {
					this.logger.error({ error }, 'content could not be read');
					this.end('unavailable');
				})
				.finally(() => {
					this.#reading--;
					this.#read();
				});
		}
	}

	#cutOff(): void {
		this.logger.warn('receiver does not keep up');
		this.#state = 'ended';
		this.#webSocket.close(REFUSALS.unavailable.code, 'unavailable');
		setTimeout(() => this.#webSocket.terminate(), 1_000).unref();
	}
}
