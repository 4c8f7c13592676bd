const sizeOf = (value: number): number => {
	let size = 1;
	for (let rest = value; rest > 127; rest = Math.floor(rest / 128)) size++;
	return size;
};

/**
 * The bytes that lib0 would write for `numbers` as varUints and then `payload` as a varUint8Array, made in one piece of
 * the right size: for the two messages that are made for every keystroke, an encoder costs more than all else.
 */
export function encodeExactly(numbers: readonly number[], payload: Uint8Array): Uint8Array {
	const head = [...numbers, payload.length];
	let length = payload.length;
	for (const value of head) length += sizeOf(value);
	const bytes = new Uint8Array(length);
	let at = 0;
	for (const value of head) {
		let rest = value;
		for (; rest > 127; rest = Math.floor(rest / 128)) bytes[at++] = 128 | (rest % 128);
		bytes[at++] = rest;
	}
	bytes.set(payload, at);
	return bytes;
}
