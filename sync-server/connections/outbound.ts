import type { Duplex } from 'node:stream';
import { encodeMessage } from './wire.ts';

/**
 * Frames that go to a connection together, and their bytes as one WebSocket message: made once, written to all.
 * `message` is undefined until the first connection needs just this and nothing else.
 */
export class Shared {
	readonly frames: Uint8Array;
	#message: Buffer | undefined;

	constructor(frames: Uint8Array, message?: Buffer) {
		this.frames = frames;
		this.#message = message;
	}

	get message(): Buffer {
		return (this.#message ??= encodeMessage([this.frames]));
	}
}

/** A piece of what waits for its turn; `isLive` marks what others said while large content was on its way. */
type Chunk = { shared: Shared; isLive: boolean };
/** In order; a Set, because taking from its front costs the same however long it is. */
type Bulk = Set<Chunk>;

/** Bytes of large content written without a break: a fast socket takes megabytes at once, and others wait meanwhile. */
const BULK_STRETCH = 512 * 1024;
/** What a connection may have waiting in its socket before presence skips it. */
const BEHIND_BYTES = 512 * 1024;
/** Frames are joined into one message up to this size. */
const JOIN_BYTES = 128 * 1024;

/**
 * What leaves by one socket. Live frames of a turn leave together in one write; large content leaves in parts,
 * channel by channel, only as fast as the socket takes it, so that it never stands before a keystroke (rule 2).
 * Within a channel the order is kept. A receiver that does not read is cut off, never buffered without bound.
 */
export class Outbound {
	readonly #socket: Duplex;
	readonly #cap: number;
	readonly #joins: boolean;
	readonly #onSlow: () => void;
	#onRoom: () => void = () => undefined;
	#turn: Shared[] = [];
	readonly #bulk = new Map<number, Bulk>();
	#bulkBytes = 0;
	#liveBytes = 0;
	#closed = false;

	/** `joins`: frames may share a message (mux); a stock client wants one message each. `cap` in bytes. */
	constructor(socket: Duplex, { cap, joins, onSlow }: { cap: number; joins: boolean; onSlow: () => void }) {
		this.#socket = socket;
		this.#cap = cap;
		this.#joins = joins;
		this.#onSlow = onSlow;
		socket.on('drain', this.#pump);
	}

	/** Bytes of large content that wait here. */
	get bulkBytes(): number {
		return this.#bulkBytes;
	}

	/** Called whenever waiting content has become less. */
	onRoom(listener: () => void): void {
		this.#onRoom = listener;
	}

	/** True while the receiver takes less than it is sent: what is not needed should not be sent now. */
	get isBehind(): boolean {
		return this.#socket.writableLength > BEHIND_BYTES;
	}

	/** Live frames of a channel. They leave when the present task is done, with all else of this turn. */
	send(channel: number, frames: Shared): void {
		if (this.#closed) return;
		const bulk = this.#bulk.get(channel);
		if (bulk) {
			this.#add(bulk, { shared: frames, isLive: true });
			if (this.#liveBytes > this.#cap) this.#cutOff();
			return;
		}
		if (this.#turn.push(frames) === 1) queueMicrotask(this.flush);
	}

	/** Large content of a channel, in chunks of about PART_BYTES. Whatever the channel says later waits behind it. */
	sendBulk(channel: number, chunks: readonly Shared[]): void {
		if (this.#closed) return;
		// What was said before in this turn must stay before.
		this.flush();
		const bulk = this.#bulk.get(channel) ?? new Set();
		this.#bulk.set(channel, bulk);
		for (const shared of chunks) this.#add(bulk, { shared, isLive: false });
		this.#pump();
	}

	/** The channel is closed: what waits for it is worth nothing any more. */
	drop(channel: number): void {
		for (const chunk of this.#bulk.get(channel) ?? []) this.#forget(chunk);
		this.#bulk.delete(channel);
	}

	/** Writes the turn at once. */
	readonly flush = (): void => {
		const turn = this.#turn;
		if (turn.length === 0 || this.#closed) return;
		this.#turn = [];
		const [only] = turn;
		if (turn.length === 1 && only) this.#write(only.message);
		else if (this.#joins) this.#writeJoined(turn);
		else this.#write(Buffer.concat(turn.map(({ message }) => message)));
	};

	close(): void {
		this.#closed = true;
		this.#turn = [];
		this.#bulk.clear();
		this.#bulkBytes = 0;
		this.#liveBytes = 0;
		this.#socket.off('drain', this.#pump);
	}

	#writeJoined(turn: readonly Shared[]): void {
		let parts: Uint8Array[] = [];
		let bytes = 0;
		for (const { frames } of turn) {
			if (bytes > 0 && bytes + frames.length > JOIN_BYTES) {
				this.#write(encodeMessage(parts));
				parts = [];
				bytes = 0;
			}
			parts.push(frames);
			bytes += frames.length;
		}
		this.#write(encodeMessage(parts));
	}

	#add(bulk: Bulk, chunk: Chunk): void {
		bulk.add(chunk);
		this.#bulkBytes += chunk.shared.frames.length;
		if (chunk.isLive) this.#liveBytes += chunk.shared.frames.length;
	}

	/** One chunk of each channel in turn, while the socket takes it. */
	readonly #pump = (): void => {
		const before = this.#bulkBytes;
		// Below its mark the socket gives no `drain`, at or above it does: so one of the two always calls again.
		while (!this.#closed && this.#socket.writableLength < this.#socket.writableHighWaterMark) {
			const [first] = this.#bulk;
			if (!first) break;
			if (before - this.#bulkBytes > BULK_STRETCH) {
				setImmediate(this.#pump);
				break;
			}
			const [channel, bulk] = first;
			// A Map keeps the order of insertion: whoever had a turn goes to the end.
			this.#bulk.delete(channel);
			const [chunk] = bulk;
			if (!chunk) continue;
			this.#forget(chunk);
			bulk.delete(chunk);
			if (bulk.size > 0) this.#bulk.set(channel, bulk);
			this.#write(chunk.shared.message);
		}
		if (this.#bulkBytes < before) this.#onRoom();
	};

	#forget(chunk: Chunk): void {
		this.#bulkBytes -= chunk.shared.frames.length;
		if (chunk.isLive) this.#liveBytes -= chunk.shared.frames.length;
	}

	#write(message: Buffer): void {
		if (this.#socket.destroyed || !this.#socket.writable) return;
		this.#socket.write(message);
		if (this.#socket.writableLength > this.#cap) this.#cutOff();
	}

	#cutOff(): void {
		if (this.#closed) return;
		this.close();
		this.#onSlow();
	}
}
