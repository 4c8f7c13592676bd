import { expect, it } from 'vitest';
import { decodeRelayFrames } from '#core/protocol/mux.ts';
import { PART_BYTES } from '#core/protocol/limits.ts';
import { Receiver } from 'ws';
import { encodeData, encodeMessage } from './wire.ts';

it.each([0, 1, 125, 126, 65_535, 65_536, 200_000])(
	'a message of %i bytes is read as such by ws',
	async (length) => {
		const receiver = new Receiver({ isServer: false });
		const read = new Promise<Buffer>((resolve) => receiver.on('message', (data: Buffer) => resolve(data)));
		const bytes = Buffer.alloc(length, 7);
		receiver.write(encodeMessage([bytes.subarray(0, length >> 1), bytes.subarray(length >> 1)]));
		expect((await read).equals(bytes)).toBe(true);
	}
);

it('2. a large payload travels in parts and is whole again when put together', () => {
	const payload = Uint8Array.from({ length: PART_BYTES * 2 + 5 }, (_, at) => at % 251);
	const frames = encodeData(9, payload).flatMap((frame) => decodeRelayFrames(frame));
	expect(frames.map(({ kind }) => kind)).toEqual(['part', 'part', 'data']);
	const whole = frames.flatMap((frame) =>
		frame.kind === 'part' || frame.kind === 'data' ? [...frame.payload] : []
	);
	expect(Uint8Array.from(whole)).toEqual(payload);
});

it('2. a payload of exactly one part is one frame', () => {
	expect(encodeData(9, new Uint8Array(PART_BYTES))).toHaveLength(1);
});
