import type { Bench, Goal, Results } from '../bench.ts';
import { Device, Modules } from '../device/host.ts';

const SHELF = 5_000;

/** A goal with a fixed limit for the device. */
export const within = (results: Results, key: string, limit: number, text: string): Goal[] => {
	const value = results.get('rapport')?.[key];
	return value === undefined ? [] : [{ text, value, limit }];
};

export const deviceBenches: Bench[] = [
	{
		name: 'shelf',
		title: `device: ${SHELF} documents from a cold start, each made a Y.Doc of`,
		targets: ['rapport', 'y-indexeddb'],
		columns: [
			{ key: 'ms', title: 'ms', digits: 0 },
			{ key: 'documents', title: 'documents', digits: 0 }
		],
		measure: async (name) => {
			await using modules = await Modules.serve();
			await using device = await Device.create();
			const fill = await modules.open(await device.coldStart());
			await fill(name === 'rapport' ? 'fillShelf' : 'fillStock', SHELF);
			const call = await modules.open(await device.coldStart());
			const result = name === 'rapport' ? await call('readShelf') : await call('readStock', SHELF);
			if (result.documents !== SHELF) throw new Error(`${result.documents} of ${SHELF} documents were there`);
			return result;
		},
		goals: (results) => within(results, 'ms', 1_000, 'ms')
	},
	...[10_000, 100_000].map((count): Bench => ({
		name: `filter-${count / 1000}k`,
		title: `device: a keystroke in the filter, or another order, over ${count} parties`,
		targets: ['rapport'],
		columns: [
			{ key: 'first', title: 'first ms', digits: 1 },
			{ key: 'p50', title: 'p50', digits: 2 },
			{ key: 'p95', title: 'p95', digits: 2 }
		],
		measure: async () => {
			await using modules = await Modules.serve();
			await using device = await Device.create();
			const call = await modules.open(await device.coldStart());
			// Awaited here: the device is closed when this function ends.
			return await call('filterRows', count);
		},
		goals: (results) => within(results, 'p95', 50, 'p95 ms')
	}))
];
