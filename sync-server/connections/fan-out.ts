import { PART_BYTES } from '#core/protocol/limits.ts';
import { Shared } from './outbound.ts';
import { encodeData } from './wire.ts';

/**
 * Stock messages for many receivers of one room: encoded at most once for devices and once for stock clients,
 * however many there are (rule 4).
 */
export class FanOut {
	readonly channel: number;
	/** Too large to stand before a keystroke: goes out in turns. */
	readonly isLarge: boolean;
	readonly #payloads: readonly Uint8Array[];
	#framed: Shared[] | undefined;
	#stock: Shared[] | undefined;

	constructor(channel: number, payloads: readonly Uint8Array[]) {
		this.channel = channel;
		this.#payloads = payloads;
		this.isLarge = payloads.some(({ length }) => length > PART_BYTES);
	}

	get isEmpty(): boolean {
		return this.#payloads.length === 0;
	}

	/** As frames of the channel; small ones in one piece. */
	get framed(): readonly Shared[] {
		if (this.#framed) return this.#framed;
		const frames = this.#payloads.flatMap((payload) => encodeData(this.channel, payload));
		return (this.#framed = this.isLarge ? frames.map((frame) => new Shared(frame)) : [joined(frames)]);
	}

	/** As messages of their own, which is all that a stock client understands. */
	get stock(): readonly Shared[] {
		if (this.#stock) return this.#stock;
		const messages = this.#payloads.map((payload) => new Shared(payload));
		if (this.isLarge || messages.length === 1) return (this.#stock = messages);
		const all = Buffer.concat(messages.map(({ message }) => message));
		return (this.#stock = [new Shared(all, all)]);
	}
}

const joined = (frames: readonly Uint8Array[]): Shared => {
	const [only] = frames;
	return new Shared(frames.length === 1 && only ? only : Buffer.concat(frames));
};
