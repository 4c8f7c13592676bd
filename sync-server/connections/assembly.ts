/** Bytes that the first part makes room for. */
const FIRST_BYTES = 64 * 1024;

/**
 * Puts payloads together that came in parts, for one channel. Into one buffer that grows: a list of parts would let
 * a hostile device hold hundreds of bytes here for each one that it sends, or for none.
 */
export class Assembly {
	#buffer: Buffer | undefined;
	#bytes = 0;

	/** Bytes held so far. */
	get bytes(): number {
		return this.#bytes;
	}

	/** Keeps a copy: the part is a view into a receive buffer. */
	add(part: Uint8Array): void {
		const end = this.#bytes + part.length;
		if (end === 0) return;
		let buffer = this.#buffer;
		if (!buffer || buffer.length < end) {
			// Slow, that is: not from Node's pool, in which a small one would hold on to others.
			const larger = Buffer.allocUnsafeSlow(Math.max(end, buffer ? buffer.length * 2 : FIRST_BYTES));
			buffer?.copy(larger, 0, 0, this.#bytes);
			buffer = larger;
		}
		buffer.set(part, this.#bytes);
		this.#buffer = buffer;
		this.#bytes = end;
	}

	/** The whole payload with its last piece; ready for the next one. */
	complete(last: Uint8Array): Uint8Array {
		if (this.#bytes === 0) return last;
		this.add(last);
		const whole = this.#buffer?.subarray(0, this.#bytes) ?? last;
		this.#buffer = undefined;
		this.#bytes = 0;
		return whole;
	}
}
