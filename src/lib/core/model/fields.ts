/** What a key of a row may hold. */
export type Scalar = string | number | boolean | null;

/** The keys of one row as they came from a document: anything may stand in there, `__proto__` too. */
export type Fields = ReadonlyMap<string, unknown>;

/** The outcome of reading a row. An unreadable row is kept in its document and listed, never dropped. */
export type Parsed<T> = { state: 'read'; value: T } | { state: 'unreadable'; problems: string[] };

export const isScalar = (value: unknown): value is Scalar =>
	value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';

/** True when two values mean the same on screen: a key that was never set is an empty text. */
export const isSameValue = (a: Scalar | undefined, b: Scalar | undefined): boolean =>
	Object.is(a ?? '', b ?? '');

/** Reads known keys of a row with their defaults and collects what does not fit. Unknown keys don't matter to it. */
export class FieldReader {
	readonly problems: string[] = [];
	readonly #fields: Fields;

	constructor(fields: Fields) {
		this.#fields = fields;
	}

	text(key: string): string {
		return this.#read(key, '', (value) => typeof value === 'string');
	}

	flag(key: string): boolean {
		return this.#read(key, false, (value) => typeof value === 'boolean');
	}

	/** A finite number; 0 when the key is absent. */
	number(key: string): number {
		return this.#read(key, 0, (value) => Number.isFinite(value));
	}

	/** One of `choices`; `fallback` when absent. Without a fallback the key must be there. */
	choice<T extends string>(key: string, choices: readonly T[], fallback?: T): T {
		const value = this.#fields.get(key) ?? fallback;
		const found = choices.find((choice) => choice === value);
		if (found !== undefined) return found;
		this.problems.push(key);
		return fallback ?? (choices[0] as T);
	}

	/** `value` when everything that was read fits. */
	result<T>(value: T): Parsed<T> {
		return this.problems.length === 0
			? { state: 'read', value }
			: { state: 'unreadable', problems: this.problems };
	}

	#read<T extends Scalar>(key: string, fallback: T, fits: (value: unknown) => boolean): T {
		const value = this.#fields.get(key) ?? fallback;
		if (fits(value)) return value as T;
		this.problems.push(key);
		return fallback;
	}
}
