/**
 * Many short texts as one long string: looking for a word in 100,000 rows is then one native search that jumps from
 * hit to hit, a tenth of the time of asking each row. Texts must not contain line breaks.
 */
export class Haystack {
	readonly #all: string;
	readonly #starts: Uint32Array;

	constructor(texts: readonly string[]) {
		this.#all = texts.join('\n');
		this.#starts = new Uint32Array(texts.length + 1);
		let at = 0;
		for (const [i, text] of texts.entries()) {
			this.#starts[i] = at;
			at += text.length + 1;
		}
		this.#starts[texts.length] = at;
	}

	/** For each text, by its index: 1 when it contains at least one of `words`, else 0. */
	find(words: readonly string[]): Uint8Array {
		const hit = new Uint8Array(this.#starts.length - 1);
		for (const word of words) this.#mark(word, hit);
		return hit;
	}

	#mark(word: string, hit: Uint8Array): void {
		let at = this.#all.indexOf(word);
		let row = 0;
		while (at >= 0 && row < hit.length) {
			row = this.#rowAt(at, row);
			hit[row] = 1;
			row++;
			at = this.#all.indexOf(word, this.#starts[row] ?? this.#all.length);
		}
	}

	/** The row that holds position `at`, at or after `from`: in growing steps, because hits are often close. */
	#rowAt(at: number, from: number): number {
		const starts = this.#starts;
		let low = from;
		let step = 1;
		while (low + step < starts.length && (starts[low + step] ?? Infinity) <= at) {
			low += step;
			step *= 2;
		}
		let high = Math.min(low + step, starts.length - 1);
		while (high - low > 1) {
			const middle = (low + high) >> 1;
			if ((starts[middle] ?? Infinity) <= at) low = middle;
			else high = middle;
		}
		return low;
	}
}
