import { atMost, atMostTimesBest, type Bench, type Budget, type Figures, type Results } from '../bench.ts';
import { Generator } from '../generator.ts';
import { Target, RELAY_NAMES, type TargetName } from '../target.ts';

type Load = { docs: number; clientsPerDoc: number; editsPerSecond: number };

const measureWith =
	(load: Load, env: Record<string, string> = {}) =>
	async (name: TargetName, { seconds }: Budget): Promise<Figures> => {
		await using target = await Target.start(name, env);
		await using generator = new Generator();
		const result = await generator.run({
			kind: 'editing',
			endpoint: target.endpoint,
			workspace: target.workspace,
			pid: target.pid,
			...load,
			warmupSeconds: 3,
			seconds
		});
		if (result.missing > 0) throw new Error(`${name}: ${result.missing} deliveries never came`);
		return {
			p50: result.seen.p50,
			p95: result.seen.p95,
			p99: result.seen.p99,
			ack50: result.acknowledged?.p50 ?? Number.NaN,
			ack99: result.acknowledged?.p99 ?? Number.NaN,
			cpu: result.cpuSecondsPer100k,
			share: result.cpuShare * 100,
			lag: result.generatorLag
		};
	};

const columns = [
	{ key: 'p50', title: 'seen p50 ms', digits: 2 },
	{ key: 'p95', title: 'p95', digits: 2 },
	{ key: 'p99', title: 'p99', digits: 2 },
	{ key: 'ack50', title: 'ack p50 ms', digits: 2 },
	{ key: 'ack99', title: 'p99', digits: 2 },
	{ key: 'cpu', title: 'CPU s/100k', digits: 2 },
	{ key: 'share', title: 'CPU %', digits: 0 },
	{ key: 'lag', title: 'generator lag ms', digits: 1 }
];

const cpuGoal = (results: Results) =>
	atMostTimesBest(results, 'cpu', 0.8, 'relay CPU per 100,000 deliveries, s');

const FAN_OUT: Load = { docs: 100, clientsPerDoc: 4, editsPerSecond: 400 };

export const editingBenches: Bench[] = [
	{
		name: 'fan-out',
		title: 'edit -> seen by another client: 100 documents x 4 clients, 400 edits/s',
		targets: RELAY_NAMES,
		columns,
		measure: measureWith(FAN_OUT),
		goals: (results) => [
			...atMostTimesBest(results, 'p50', 1.3, 'p50 ms'),
			...atMostTimesBest(results, 'p95', 1, 'p95 ms'),
			...atMostTimesBest(results, 'p99', 1, 'p99 ms'),
			...cpuGoal(results)
		]
	},
	{
		name: 'one-room',
		title: 'one room, 100 clients, 40 edits/s',
		targets: RELAY_NAMES,
		columns,
		measure: measureWith({ docs: 1, clientsPerDoc: 100, editsPerSecond: 40 }),
		goals: (results) => [
			...atMostTimesBest(results, 'p50', 0.8, 'p50 ms'),
			...atMostTimesBest(results, 'p99', 0.8, 'p99 ms')
		]
	},
	{
		name: 'cpu',
		title: '7,000 edits/s with a fan-out of 7: 50 documents x 8 clients',
		targets: RELAY_NAMES,
		columns,
		measure: measureWith({ docs: 50, clientsPerDoc: 8, editsPerSecond: 7_000 }),
		goals: cpuGoal
	},
	{
		name: 'ack',
		title: 'durable acknowledgement: 100 documents x 4 clients, 400 edits/s',
		targets: ['rapport'],
		columns,
		measure: measureWith(FAN_OUT),
		goals: (results) => [
			...atMost(results, 'ack50', 5, 'acknowledgement p50 ms'),
			...atMost(results, 'ack99', 25, 'acknowledgement p99 ms')
		]
	}
];
