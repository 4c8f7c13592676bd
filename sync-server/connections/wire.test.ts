import { expect, it } from 'vitest';
import { decodeRelayFrames } from '#core/protocol/mux.ts';
import { PART_BYTES } from '#core/protocol/limits.ts';
import { MessageReader } from '../../tests/sync/read-messages.ts';
import { encodeData, encodeMessage } from './wire.ts';

it.each([0, 1, 125, 126, 65_535, 65_536, 200_000])(
	'a message of %i bytes is framed as WebSocket wants it',
	(length) => {
		const bytes = Buffer.alloc(length, 7);
		const message = encodeMessage([bytes.subarray(0, length >> 1), bytes.subarray(length >> 1)]);
		expect(new MessageReader().push(message)).toEqual([bytes]);
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
