import * as encoding from 'lib0/encoding';
import { PART_BYTES } from '#core/protocol/limits.ts';
import { encodeClientFrame } from '#core/protocol/mux.ts';

type Item = { bytes: Uint8Array; sent: number; lossy: boolean } | 'close';

/**
 * What a connection has yet to send. Control frames go first; channels take turns with one frame each, and a large
 * payload gives up its turn after every part, so that it never stands between a keystroke and the wire for longer.
 * Within a channel the order stands.
 */
export class SendQueue {
	readonly #control: Uint8Array[] = [];
	readonly #channels = new Map<number, Item[]>();
	readonly #turns: number[] = [];
	readonly #closed: (channel: number) => void;

	/** `closed` is told when the close frame of a channel stands in a message that `next` returns. */
	constructor(closed: (channel: number) => void) {
		this.#closed = closed;
	}

	get isEmpty(): boolean {
		return this.#control.length === 0 && this.#turns.length === 0;
	}

	/** A whole frame that overtakes all data. */
	control(frame: Uint8Array): void {
		this.#control.push(frame);
	}

	/** `payload` must not change any more. A `lossy` one (presence) replaces a lossy one that still waits. */
	data(channel: number, payload: Uint8Array, lossy: boolean): void {
		const items = this.#items(channel);
		const waiting = lossy ? items.findIndex((item) => item !== 'close' && item.lossy && item.sent === 0) : -1;
		const item = { bytes: payload, sent: 0, lossy };
		if (waiting >= 0) items[waiting] = item;
		else items.push(item);
	}

	/** Closes the channel after all that waits on it. */
	close(channel: number): void {
		this.#items(channel).push('close');
	}

	/** Forgets what waits on a channel that the relay has ended. */
	drop(channel: number): void {
		if (!this.#channels.delete(channel)) return;
		this.#turns.splice(this.#turns.indexOf(channel), 1);
	}

	/** The bytes of the next message, about `limit` at most; undefined when nothing waits. */
	next(limit: number): Uint8Array | undefined {
		if (this.isEmpty) return undefined;
		const message = encoding.createEncoder();
		while (encoding.length(message) < limit) {
			const frame = this.#control.shift() ?? this.#turn();
			if (!frame) break;
			encoding.writeUint8Array(message, frame);
		}
		return encoding.toUint8Array(message);
	}

	#items(channel: number): Item[] {
		let items = this.#channels.get(channel);
		if (!items) {
			items = [];
			this.#channels.set(channel, items);
			this.#turns.push(channel);
		}
		return items;
	}

	#turn(): Uint8Array | undefined {
		const channel = this.#turns.shift();
		if (channel === undefined) return undefined;
		const items = this.#channels.get(channel);
		const item = items?.[0];
		if (!items || item === undefined) throw new Error('a channel without items has a turn');
		const frame = this.#frame(channel, item);
		if (item === 'close' || item.sent >= item.bytes.length) items.shift();
		if (items.length > 0) this.#turns.push(channel);
		else this.#channels.delete(channel);
		if (item === 'close') this.#closed(channel);
		return frame;
	}

	#frame(channel: number, item: Item): Uint8Array {
		if (item === 'close') return encodeClientFrame({ kind: 'close', channel });
		const payload = item.bytes.subarray(item.sent, item.sent + PART_BYTES);
		item.sent += payload.length;
		const kind = item.sent < item.bytes.length ? 'part' : 'data';
		return encodeClientFrame({ kind, channel, payload });
	}
}
