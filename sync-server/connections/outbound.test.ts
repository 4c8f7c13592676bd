import { Duplex } from 'node:stream';
import { expect, it, vi } from 'vitest';
import { decodeRelayFrames, encodeRelayFrame, type RelayFrame } from '#core/protocol/mux.ts';
import { MessageReader } from '../../tests/sync/read-messages.ts';
import { Outbound, Shared } from './outbound.ts';
import { encodeData } from './wire.ts';

/** A socket that takes what it is given only when told to, and what arrived at its other end. */
class Line extends Duplex {
	readonly heard: RelayFrame[] = [];
	writes = 0;
	readonly #reader = new MessageReader();
	readonly #taking: (() => void)[] = [];

	constructor() {
		super({ writableHighWaterMark: 64 * 1024 });
	}

	override _read(): void {
		return;
	}

	override _write(chunk: Buffer, _encoding: string, done: () => void): void {
		this.writes++;
		this.#taking.push(() => {
			for (const message of this.#reader.push(chunk)) this.heard.push(...decodeRelayFrames(message));
			done();
		});
	}

	/** Takes the next thing that was written; false when there is none. */
	async takeOne(): Promise<boolean> {
		const next = this.#taking.shift();
		next?.();
		await new Promise((resolve) => setImmediate(resolve));
		return next !== undefined;
	}

	async takeAll(): Promise<void> {
		while (await this.takeOne());
	}
}

const open = (cap = 1_000_000) => {
	const line = new Line();
	const onSlow = vi.fn();
	return { line, onSlow, outbound: new Outbound(line, { cap, joins: true, onSlow }) };
};
const chunks = (channel: number, bytes: number): Shared[] =>
	encodeData(channel, new Uint8Array(bytes)).map((frame) => new Shared(frame));
const key = (channel: number): Shared =>
	new Shared(encodeRelayFrame({ kind: 'data', channel, payload: new Uint8Array([1]) }));
const channelsOf = (frames: readonly RelayFrame[]): unknown[] =>
	frames.map((frame) => ('channel' in frame ? frame.channel : undefined));

it('2. a keystroke in another room does not wait for 5 MB', async () => {
	const { line, outbound } = open();
	outbound.sendBulk(1, chunks(1, 5_000_000));
	await line.takeOne();
	outbound.send(2, key(2));
	for (let times = 0; times < 8; times++) await line.takeOne();
	const at = line.heard.findIndex((frame) => frame.kind === 'data' && frame.channel === 2);
	expect(at).toBeGreaterThan(-1);
	expect(at).toBeLessThan(6);
	expect(outbound.bulkBytes).toBeGreaterThan(4_000_000);
	await line.takeAll();
	expect(line.heard.filter((frame) => frame.kind === 'part')).toHaveLength(152);
	expect(line.heard.at(-1)).toMatchObject({ kind: 'data', channel: 1 });
	expect(outbound.bulkBytes).toBe(0);
});

it('2. large contents take turns', async () => {
	const { line, outbound } = open();
	for (const channel of [1, 2, 3]) outbound.sendBulk(channel, chunks(channel, 320_000));
	await line.takeAll();
	// The first may have begun before the others came.
	const order = channelsOf(line.heard);
	expect(order.slice(order.indexOf(2)).slice(0, 12)).toEqual([2, 3, 1, 2, 3, 1, 2, 3, 1, 2, 3, 1]);
});

it('2. within a channel the order stays: what comes later waits behind large content', async () => {
	const { line, outbound } = open();
	outbound.sendBulk(1, chunks(1, 200_000));
	outbound.send(1, key(1));
	await line.takeAll();
	const data = line.heard.filter((frame) => frame.kind === 'data');
	expect(data.map(({ payload }) => payload.length)).toEqual([200_000 % (32 * 1024), 1]);
});

it('4. what belongs to one turn is one write', async () => {
	const { line, outbound } = open();
	for (const channel of [1, 2, 3, 1]) outbound.send(channel, key(channel));
	await Promise.resolve();
	expect(line.writes).toBe(1);
	await line.takeAll();
	expect(channelsOf(line.heard)).toEqual([1, 2, 3, 1]);
});

it('4. the same bytes go to all receivers, framed once', () => {
	const shared = key(1);
	const written: Buffer[] = [];
	for (let more = 0; more < 3; more++) {
		const { line, outbound } = open();
		line._write = (chunk: Buffer, _encoding, done: () => void) => {
			written.push(chunk);
			done();
		};
		outbound.send(1, shared);
		outbound.flush();
	}
	expect(new Set(written).size).toBe(1);
	expect(written[0]).toBe(shared.message);
});

it('2. a receiver that does not read is cut off at the cap', () => {
	const { onSlow, outbound } = open(100_000);
	for (let more = 0; more < 20 && onSlow.mock.calls.length === 0; more++) {
		outbound.send(1, new Shared(new Uint8Array(10_000)));
		outbound.flush();
	}
	expect(onSlow).toHaveBeenCalledTimes(1);
	outbound.send(1, key(1));
	outbound.flush();
	expect(onSlow).toHaveBeenCalledTimes(1);
});

it('2. so is one whose live frames pile up behind large content', () => {
	const { onSlow, outbound } = open(100_000);
	outbound.sendBulk(1, chunks(1, 200_000));
	expect(onSlow).not.toHaveBeenCalled();
	for (let more = 0; more < 20; more++) outbound.send(1, new Shared(new Uint8Array(10_000)));
	expect(onSlow).toHaveBeenCalledTimes(1);
});

it('2. content of a channel that closes is not sent any more', async () => {
	const { line, outbound } = open();
	outbound.sendBulk(1, chunks(1, 500_000));
	outbound.drop(1);
	expect(outbound.bulkBytes).toBe(0);
	outbound.send(1, key(1));
	await line.takeAll();
	expect(line.heard.length).toBeLessThan(6);
});
