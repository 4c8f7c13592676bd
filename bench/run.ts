import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import type { Bench, Figures, Results } from './bench.ts';
import { appBenches } from './benches/app.ts';
import { editingBenches } from './benches/editing.ts';
import { presenceBench } from './benches/presence.ts';
import { deviceBenches } from './benches/device.ts';
import { storedBenches } from './benches/stored.ts';
import { median } from './load/samples.ts';
import { toMarkdown } from './table.ts';
import { installPeers, RELAY_NAMES, type TargetName } from './target.ts';

// `npm run bench -- NAME...`: one table for each; the peers run in the same run. Figures are medians.
const BENCHES: readonly Bench[] = [
	...editingBenches,
	...storedBenches,
	presenceBench,
	...deviceBenches,
	...appBenches
];
const RESULTS = 'bench/results';

const { values, positionals } = parseArgs({
	allowPositionals: true,
	options: {
		runs: { type: 'string', default: '3' },
		seconds: { type: 'string', default: '20' },
		targets: { type: 'string', default: [...RELAY_NAMES, 'y-indexeddb'].join(',') }
	}
});

const wanted = values.targets.split(',');
const budget = { runs: Number(values.runs), seconds: Number(values.seconds) };

/** Medians of all runs; the targets take turns, so that a slow moment of the machine hits all of them. */
async function runBench(bench: Bench): Promise<Results> {
	const targets = bench.targets.filter((name) => wanted.includes(name));
	const runs = new Map<TargetName, Figures[]>(targets.map((name) => [name, []]));
	for (let run = 1; run <= budget.runs; run++)
		for (const name of targets) {
			console.error(`${bench.name}: run ${run} of ${budget.runs}, ${name}`);
			try {
				runs.get(name)?.push(await bench.measure(name, budget));
			} catch (error) {
				// A peer that breaks under a load is a result; ours is a failure.
				console.error(`${bench.name}: ${name}: ${error instanceof Error ? error.message : String(error)}`);
				if (name.startsWith('rapport')) process.exitCode = 1;
			}
		}
	return new Map(
		[...runs].map(([name, figures]) => [
			name,
			Object.fromEntries(
				bench.columns.map(({ key }) => [key, median(figures.flatMap((run) => run[key] ?? []))])
			)
		])
	);
}

const chosen = BENCHES.filter((bench) => positionals.includes(bench.name) || positionals.includes('all'));
if (positionals.includes('setup')) installPeers();
else if (chosen.length === 0) {
	console.log('npm run bench -- NAME... [--runs 3] [--seconds 20] [--targets rapport,hocuspocus]\n');
	console.log('  all'.padEnd(20), 'everything below, about an hour');
	console.log('  setup'.padEnd(20), 'install the peers');
	for (const { name, title } of BENCHES) console.log(`  ${name}`.padEnd(20), title);
	process.exitCode = 1;
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));
process.setMaxListeners(0);
mkdirSync(RESULTS, { recursive: true });
for (const bench of chosen) {
	const results = await runBench(bench);
	const machine = `${new Date().toISOString().slice(0, 10)}, ${cpus().length} cores, Node ${process.versions.node}, medians of ${budget.runs}`;
	const text = `${toMarkdown(bench, results, bench.goals(results))}\n_${machine}_\n`;
	writeFileSync(`${RESULTS}/${bench.name}.md`, text);
	console.log(`\n${text}`);
}
