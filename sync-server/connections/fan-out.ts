import { PART_BYTES } from '#core/protocol/limits.ts';
import { Shared } from './outbound.ts';
import { encodeData, encodeMessage } from './wire.ts';

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
		this.isLarge = payloads.reduce((sum, { length }) => sum + length, 0) > PART_BYTES;
	}

	get isEmpty(): boolean {
		return this.#payloads.length === 0;
	}

	/** As frames of the channel, joined to pieces of about PART_BYTES. */
	get framed(): readonly Shared[] {
		this.#framed ??= joinSmall(this.#payloads.flatMap((payload) => encodeData(this.channel, payload))).map(
			(frames) => new Shared(frames)
		);
		return this.#framed;
	}

	/** As messages of their own, which is all that a stock client understands; they leave in pieces like those above. */
	get stock(): readonly Shared[] {
		this.#stock ??= joinSmall(this.#payloads.map((payload) => encodeMessage([payload]))).map(
			(messages) => new Shared(messages, messages)
		);
		return this.#stock;
	}
}

/** Joins neighbours as long as they stay within PART_BYTES. */
function joinSmall(pieces: readonly Uint8Array[]): Buffer[] {
	const joined: Buffer[] = [];
	let together: Uint8Array[] = [];
	let bytes = 0;
	const join = (): void => {
		if (together.length > 0) joined.push(Buffer.concat(together));
		together = [];
		bytes = 0;
	};
	for (const piece of pieces) {
		if (bytes + piece.length > PART_BYTES) join();
		together.push(piece);
		bytes += piece.length;
	}
	join();
	return joined;
}
