import { setTimeout as pause } from 'node:timers/promises';
import { atMost, type Bench, type Figures } from '../bench.ts';
import { Generator } from '../generator.ts';
import type { OpenScenario } from '../load/stored.ts';
import { residentBytes } from '../load/process-figures.ts';
import { newRooms } from '../load/rooms.ts';
import { Target, RELAY_NAMES, type TargetName } from '../target.ts';

type Fill = { docs: number; bytes: number; updates: number };

/** A relay that was filled and started again, so that it holds nothing in memory that it need not. */
async function stored(
	name: TargetName,
	fill: Fill
): Promise<{ target: Target; rooms: ReturnType<typeof newRooms> }> {
	const target = await Target.start(name);
	const rooms = newRooms(target.workspace, fill.docs);
	await using generator = new Generator();
	await generator.run({ kind: 'store', endpoint: target.endpoint, rooms, ...fill });
	// Debounced stores of a whole document need their time before a stop.
	await pause(4_000);
	await target.restart();
	await pause(1_000);
	return { target, rooms };
}

async function memory(name: TargetName): Promise<Figures> {
	const { target, rooms } = await stored(name, { docs: 1_000, bytes: 8_000, updates: 4 });
	await using _ending = target;
	await using generator = new Generator();
	const before = residentBytes(target.pid);
	const { allMs } = await generator.run({
		kind: 'open',
		endpoint: target.endpoint,
		rooms,
		clientsPerRoom: 1,
		width: 50,
		stay: true
	});
	await pause(10_000);
	return { base: before / 1e6, grown: (residentBytes(target.pid) - before) / 1e6, allMs };
}

async function memoryOverOneLink(name: TargetName): Promise<Figures> {
	const { target, rooms } = await stored(name, { docs: 1_000, bytes: 8_000, updates: 4 });
	await using _ending = target;
	await using generator = new Generator();
	const before = residentBytes(target.pid);
	const { allMs } = await generator.run({ kind: 'many', endpoint: target.endpoint, rooms, stay: true });
	await pause(10_000);
	return { base: before / 1e6, grown: (residentBytes(target.pid) - before) / 1e6, allMs };
}

const WARM_UP = 10;

async function firstContent(name: TargetName): Promise<Figures> {
	const { target, rooms } = await stored(name, { docs: WARM_UP + 5, bytes: 1_000_000, updates: 100 });
	await using _ending = target;
	await using generator = new Generator();
	const times: number[] = [];
	for (const room of rooms) {
		const { allMs } = await generator.run({
			kind: 'open',
			endpoint: target.endpoint,
			rooms: [room],
			clientsPerRoom: 1,
			width: 1,
			stay: false
		});
		times.push(allMs);
	}
	// The first ones pay for the generator's own compilation.
	times.splice(0, WARM_UP);
	times.sort((a, b) => a - b);
	return { median: times[2] ?? Number.NaN, worst: times.at(-1) ?? Number.NaN };
}

async function restart(name: TargetName): Promise<Figures> {
	const { target, rooms } = await stored(name, { docs: 250, bytes: 8_000, updates: 4 });
	await using _ending = target;
	await using generator = new Generator();
	const everybody = (): OpenScenario => ({
		kind: 'open',
		endpoint: target.endpoint,
		rooms,
		clientsPerRoom: 4,
		width: 1_000,
		stay: false
	});
	// The clients were there before the restart: their own compilation is no part of it.
	await generator.run(everybody());
	await target.restart();
	const { firstMs, allMs } = await generator.run(everybody());
	return { firstMs, allMs };
}

const memoryColumns = [
	{ key: 'base', title: 'empty MB', digits: 0 },
	{ key: 'grown', title: 'grown by MB', digits: 1 },
	{ key: 'allMs', title: 'all open ms', digits: 0 }
];

export const storedBenches: Bench[] = [
	{
		name: 'memory',
		title: 'memory of 1,000 open documents of 8 KB, each read by a client with a socket of its own',
		targets: RELAY_NAMES,
		columns: memoryColumns,
		measure: memory,
		goals: (results) => atMost(results, 'grown', 15, 'MB per 1,000 open documents, sockets included')
	},
	{
		name: 'memory-mux',
		title: 'memory of 1,000 open documents of 8 KB over one socket',
		targets: ['rapport'],
		columns: memoryColumns,
		measure: memoryOverOneLink,
		goals: (results) => atMost(results, 'grown', 15, 'MB per 1,000 open documents')
	},
	{
		name: 'first-content',
		title: 'first content of a stored 1 MB document (100 updates), connection included',
		targets: RELAY_NAMES,
		columns: [
			{ key: 'median', title: 'median of 5 ms', digits: 0 },
			{ key: 'worst', title: 'worst', digits: 0 }
		],
		measure: firstContent,
		goals: (results) => atMost(results, 'median', 40, 'ms')
	},
	{
		name: 'restart',
		title: '1,000 clients on 250 documents, connecting all at once after a restart',
		targets: RELAY_NAMES,
		columns: [
			{ key: 'firstMs', title: 'first ms', digits: 0 },
			{ key: 'allMs', title: 'all synced ms', digits: 0 }
		],
		measure: restart,
		goals: (results) => atMost(results, 'allMs', 800, 'ms until all are synced')
	},
	{
		name: 'many-documents',
		title: '1,000 stored documents of 8 KB opened by one tab over one socket',
		targets: ['rapport'],
		columns: memoryColumns,
		measure: memoryOverOneLink,
		goals: (results) => atMost(results, 'allMs', 1_000, 'ms until all are open')
	}
];
