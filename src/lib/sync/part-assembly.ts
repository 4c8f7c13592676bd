import { MAX_UPDATE_BYTES } from '#core/protocol/limits.ts';

/** Bytes of one reassembled payload; a document's content may be several updates long. */
const CAP = 4 * MAX_UPDATE_BYTES;

/** Puts the parts of one channel's large payload together again. */
export class PartAssembly {
	#parts: Uint8Array[] = [];
	#size = 0;

	/** Keeps a copy of one part; false when the payload grows beyond what a device takes, and is given up. */
	add(part: Uint8Array): boolean {
		this.#size += part.length;
		if (this.#size > CAP) {
			this.#parts = [];
			return false;
		}
		this.#parts.push(part.slice());
		return true;
	}

	/** The whole payload that `last` completes. */
	finish(last: Uint8Array): Uint8Array {
		if (this.#parts.length === 0) return last;
		const whole = new Uint8Array(this.#size + last.length);
		let at = 0;
		for (const part of [...this.#parts, last]) {
			whole.set(part, at);
			at += part.length;
		}
		this.#parts = [];
		this.#size = 0;
		return whole;
	}
}
