import { expect, it } from 'vitest';
import { batchesOf } from './batches.ts';

async function cut(sizes: number[], limits: { most: number; bytes: number }): Promise<number[][]> {
	const batches: number[][] = [];
	for await (const batch of batchesOf(sizes, (size) => size, limits)) batches.push(batch);
	return batches;
}

it('22. batches hold neither too many nor too much, and lose nothing', async () => {
	expect(await cut([1, 1, 1, 1, 1], { most: 2, bytes: 100 })).toEqual([[1, 1], [1, 1], [1]]);
	expect(await cut([6, 5, 5, 1], { most: 9, bytes: 10 })).toEqual([[6], [5, 5], [1]]);
	expect(await cut([1, 50, 1], { most: 9, bytes: 10 })).toEqual([[1], [50], [1]]);
	expect(await cut([], { most: 9, bytes: 10 })).toEqual([]);
});
