/** Puts payloads together that came in parts, for one channel. */
export class Assembly {
	readonly #parts: Uint8Array[] = [];
	#bytes = 0;

	/** Bytes held so far. */
	get bytes(): number {
		return this.#bytes;
	}

	/** Keeps a copy: the part is a view into a receive buffer. */
	add(part: Uint8Array): void {
		this.#parts.push(part.slice());
		this.#bytes += part.length;
	}

	/** The whole payload with its last piece; ready for the next one. */
	complete(last: Uint8Array): Uint8Array {
		if (this.#bytes === 0) return last;
		const whole = Buffer.concat([...this.#parts, last]);
		this.#parts.length = 0;
		this.#bytes = 0;
		return whole;
	}
}
