import * as prng from 'lib0/prng';

/** Seeded chance: the same seed makes the same run. */
export class Chance {
	readonly #generator: prng.PRNG;

	constructor(seed: number) {
		this.#generator = prng.create(seed);
	}

	/** A whole number from `min` to `max`, both included. */
	number(min: number, max: number): number {
		return prng.int32(this.#generator, min, max);
	}

	/** True in `percent` of 100 cases. */
	happens(percent: number): boolean {
		return this.number(1, 100) <= percent;
	}

	/** One of `values`; undefined when there are none. */
	pick<T>(values: readonly T[]): T | undefined {
		return values.length === 0 ? undefined : values[this.number(0, values.length - 1)];
	}

	/** A UUIDv7 whose time runs on by up to 2 ms with each call. */
	ids(): () => string {
		let time = 1_700_000_000_000;
		return () => {
			time += this.number(0, 2);
			const stamp = time.toString(16).padStart(12, '0');
			const [a, b, c, d] = [0, 1, 2, 3].map(() => this.hex(4));
			return `${stamp.slice(0, 8)}-${stamp.slice(8)}-7${a?.slice(1)}-8${b?.slice(1)}-${c}${d}${this.hex(4)}`;
		};
	}

	hex(digits: number): string {
		return this.number(0, 16 ** digits - 1)
			.toString(16)
			.padStart(digits, '0');
	}
}
