/** Collects figures and tells their percentiles. */
export class Samples {
	#values = new Float64Array(1024);
	#count = 0;

	add(value: number): void {
		if (this.#count === this.#values.length) {
			const larger = new Float64Array(this.#count * 2);
			larger.set(this.#values);
			this.#values = larger;
		}
		this.#values[this.#count++] = value;
	}

	get count(): number {
		return this.#count;
	}

	/** The value below which the share `p` (0..1) of all lies; NaN without any. */
	at(p: number): number {
		const sorted = this.#values.slice(0, this.#count).sort();
		return sorted[Math.min(this.#count - 1, Math.floor(p * this.#count))] ?? Number.NaN;
	}
}

/** The middle one of an odd number of figures. */
export const median = (values: readonly number[]): number =>
	values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
