import { expect, it } from 'vitest';
import { Assembly } from './assembly.ts';

it('2. parts become one payload, whatever their sizes, and the next one begins anew', () => {
	const assembly = new Assembly();
	for (const sizes of [[0, 1, 70_000, 0, 3], [5], [200_000, 200_000]]) {
		const parts = sizes.map((size, at) => new Uint8Array(size).fill(at + 1));
		for (const part of parts) assembly.add(part);
		expect(assembly.bytes).toBe(sizes.reduce((sum, size) => sum + size, 0));
		const whole = assembly.complete(new Uint8Array([99]));
		expect(Buffer.compare(whole, Buffer.concat([...parts, new Uint8Array([99])]))).toBe(0);
		expect(assembly.bytes).toBe(0);
	}
	expect([...assembly.complete(new Uint8Array([7]))]).toEqual([7]);
});

it('2. a part that is reused after it was taken changes nothing', () => {
	const assembly = new Assembly();
	const part = new Uint8Array([1]);
	assembly.add(part);
	part[0] = 2;
	expect([...assembly.complete(new Uint8Array())]).toEqual([1]);
});

it('2. parts of one byte, or of none, that never end take no more memory than their bytes', () => {
	const assembly = new Assembly();
	const used = (): number => {
		const { heapUsed, arrayBuffers } = process.memoryUsage();
		return heapUsed + arrayBuffers;
	};
	const before = used();
	const [byte, nothing] = [new Uint8Array(1), new Uint8Array()];
	for (let more = 0; more < 500_000; more++) {
		assembly.add(byte);
		assembly.add(nothing);
	}
	expect(assembly.bytes).toBe(500_000);
	expect(used() - before).toBeLessThan(30_000_000);
});
