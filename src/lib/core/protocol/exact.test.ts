import * as encoding from 'lib0/encoding';
import * as prng from 'lib0/prng';
import { expect, it } from 'vitest';
import { encodeExactly } from './exact.ts';

it('writes the bytes that lib0 writes', () => {
	const random = prng.create(7);
	for (let round = 0; round < 300; round++) {
		const size = prng.oneOf(random, [0, 1, 127, 128, 129, 16_383, 16_384, 40_000]);
		const payload = prng.uint8Array(random, size);
		const numbers = [
			prng.int32(random, 0, 3),
			prng.oneOf(random, [0, 1, 127, 128, 2 ** 31, 2 ** 40, 2 ** 52])
		];
		const encoder = encoding.createEncoder();
		for (const value of numbers) encoding.writeVarUint(encoder, value);
		encoding.writeVarUint8Array(encoder, payload);
		expect(encodeExactly(numbers, payload)).toEqual(encoding.toUint8Array(encoder));
	}
});
