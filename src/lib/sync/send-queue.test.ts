import { describe, expect, it } from 'vitest';
import { PART_BYTES } from '#core/protocol/limits.ts';
import { decodeClientFrames, encodeClientFrame, type ClientFrame } from '#core/protocol/mux.ts';
import { SendQueue } from './send-queue.ts';

const bytes = (length: number, fill = 7): Uint8Array => new Uint8Array(length).fill(fill);
const ping = (nonce: number): Uint8Array => encodeClientFrame({ kind: 'ping', nonce });

function drain(queue: SendQueue, limit = PART_BYTES): ClientFrame[] {
	const frames: ClientFrame[] = [];
	for (let message = queue.next(limit); message; message = queue.next(limit))
		frames.push(...decodeClientFrames(message));
	return frames;
}

const said = (frames: ClientFrame[]): string[] =>
	frames.map((frame) => ('channel' in frame ? `${frame.kind} ${frame.channel}` : frame.kind));

describe('what leaves first', () => {
	it('2. a keystroke overtakes the rest of a large document on another channel', () => {
		const queue = new SendQueue(() => undefined);
		queue.data(1, bytes(5 * 1024 * 1024), false);
		queue.next(PART_BYTES);
		queue.data(2, bytes(20), false);
		const frames = drain(queue);
		expect(said(frames).indexOf('data 2')).toBeLessThan(2);
		expect(said(frames).at(-1)).toBe('data 1');
	});

	it('2. parts put together are the payload, in order', () => {
		const queue = new SendQueue(() => undefined);
		const payload = Uint8Array.from({ length: 3 * PART_BYTES + 5 }, (_, at) => at % 251);
		queue.data(1, payload, false);
		queue.data(1, bytes(3), false);
		const frames = drain(queue);
		expect(said(frames)).toEqual(['part 1', 'part 1', 'part 1', 'data 1', 'data 1']);
		const pieces = frames.slice(0, 4).map((frame) => ('payload' in frame ? frame.payload : bytes(0)));
		expect(Buffer.concat(pieces).equals(Buffer.from(payload))).toBe(true);
	});

	it('2. control frames overtake all data; small frames share a message', () => {
		const queue = new SendQueue(() => undefined);
		queue.data(1, bytes(10), false);
		queue.data(2, bytes(10), false);
		queue.control(ping(1));
		const message = queue.next(PART_BYTES);
		expect(said(decodeClientFrames(message ?? bytes(0)))).toEqual(['ping', 'data 1', 'data 2']);
		expect(queue.isEmpty).toBe(true);
	});

	it('16. presence that waits gives way to newer presence, writes never do', () => {
		const queue = new SendQueue(() => undefined);
		queue.data(1, bytes(1, 1), true);
		queue.data(1, bytes(1, 2), false);
		queue.data(1, bytes(1, 3), true);
		queue.data(1, bytes(1, 4), false);
		const fills = drain(queue).map((frame) => ('payload' in frame ? frame.payload[0] : 0));
		expect(fills).toEqual([3, 2, 4]);
	});

	it('2. a channel closes after what waits on it, and says so', () => {
		const closed: number[] = [];
		const queue = new SendQueue((channel) => closed.push(channel));
		queue.data(1, bytes(PART_BYTES + 1), false);
		queue.close(1);
		queue.next(1);
		expect(closed).toEqual([]);
		expect(said(drain(queue))).toEqual(['data 1', 'close 1']);
		expect(closed).toEqual([1]);
	});

	it('2. what waits on a channel that the relay ended is forgotten', () => {
		const queue = new SendQueue(() => undefined);
		queue.data(1, bytes(3), false);
		queue.data(2, bytes(3), false);
		queue.drop(1);
		queue.drop(9);
		expect(said(drain(queue))).toEqual(['data 2']);
	});

	it('2. an empty payload is a frame like any other', () => {
		const queue = new SendQueue(() => undefined);
		queue.data(1, bytes(0), false);
		expect(said(drain(queue))).toEqual(['data 1']);
	});
});
