import { atMost, type Bench } from '../bench.ts';
import { Generator } from '../generator.ts';
import { Target, RELAY_NAMES } from '../target.ts';

export const presenceBench: Bench = {
	name: 'presence',
	title: '500 clients in one room, each moving a cursor once a second',
	targets: RELAY_NAMES,
	columns: [
		{ key: 'share', title: 'CPU %', digits: 0 },
		{ key: 'messages', title: 'messages/s out', digits: 0 },
		{ key: 'seen', title: 'heard of %', digits: 0 }
	],
	measure: async (name, { seconds }) => {
		await using target = await Target.start(name);
		await using generator = new Generator();
		const result = await generator.run({
			kind: 'presence',
			endpoint: target.endpoint,
			workspace: target.workspace,
			pid: target.pid,
			clients: 500,
			seconds
		});
		return {
			share: result.cpuShare * 100,
			messages: result.messagesPerSecond,
			seen: Math.min(1, result.seenShare) * 100
		};
	},
	goals: (results) => atMost(results, 'share', 15, '% of a core')
};
