import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What one step of `npm test` came to. `skipped` counts as failed in the end: a test that is not run proves nothing. */
export type Outcome = { name: string; passed: number; failed: number; skipped: number; seconds: number };
type Counts = Omit<Outcome, 'name' | 'seconds'>;

/** Minutes after which a step is taken to hang. */
const PATIENCE = 15;

function run(command: string, args: readonly string[], env: Record<string, string>): Promise<number> {
	return new Promise((resolve) => {
		const child = spawn(command, args, {
			stdio: 'inherit',
			env: { ...process.env, ...env },
			shell: process.platform === 'win32'
		});
		const hanging = setTimeout(() => {
			console.error(`${command} ${args.join(' ')} did not end within ${PATIENCE} minutes`);
			child.kill('SIGKILL');
		}, PATIENCE * 60_000);
		child.on('error', (error) => console.error(`${command}: ${error.message}`));
		child.on('close', (code) => {
			clearTimeout(hanging);
			resolve(code ?? 1);
		});
	});
}

async function timed(name: string, step: () => Promise<Counts>): Promise<Outcome> {
	console.log(`\n=== ${name}`);
	const start = performance.now();
	const counts = await step();
	return { name, ...counts, seconds: (performance.now() - start) / 1000 };
}

/** Runs a command that says by its exit code whether all is well: one check. */
export const check = (name: string, command: string, ...args: string[]): Promise<Outcome> =>
	timed(name, async () => {
		const code = await run(command, args, {});
		return { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1, skipped: 0 };
	});

/** Reads the counts of a JSON report; throws when it is not one. */
type ReadReport = (json: unknown) => Counts;

function suite(
	name: string,
	command: string,
	args: readonly string[],
	env: (report: string) => Record<string, string>,
	read: ReadReport
): Promise<Outcome> {
	return timed(name, async () => {
		const folder = mkdtempSync(join(tmpdir(), 'rapport-report-'));
		const report = join(folder, 'report.json');
		try {
			const code = await run(
				command,
				args.map((arg) => arg.replace('REPORT', report)),
				env(report)
			);
			return complete(code, readCounts(report, read));
		} finally {
			rmSync(folder, { recursive: true, force: true });
		}
	});
}

function readCounts(report: string, read: ReadReport): Counts {
	try {
		return read(JSON.parse(readFileSync(report, 'utf8')));
	} catch (error) {
		console.error(`no readable report: ${String(error)}`);
		return { passed: 0, failed: 1, skipped: 0 };
	}
}

/** A suite that ran nothing, or that ended badly without naming a test, has failed once. */
function complete(code: number, counts: Counts): Counts {
	if (counts.failed > 0 || (code === 0 && counts.passed > 0)) return counts;
	console.error(code === 0 ? 'no test was run' : `ended with exit code ${code}`);
	return { ...counts, failed: counts.failed + 1 };
}

/** One vitest project of vite.config.ts; `filters` name files, all when there are none. */
export const vitest = (
	project: string,
	env: Record<string, string> = {},
	...filters: string[]
): Promise<Outcome> =>
	suite(
		`vitest ${project}`,
		'vitest',
		[
			'run',
			'--project',
			project,
			'--reporter=default',
			'--reporter=json',
			'--outputFile.json=REPORT',
			...filters
		],
		() => env,
		(json) => {
			const report = json as {
				numPassedTests: number;
				numFailedTests: number;
				numPendingTests: number;
				numTodoTests: number;
				testResults: { status: string; assertionResults: unknown[] }[];
			};
			const unread = report.testResults.filter((file) => file.assertionResults.length === 0).length;
			return {
				passed: report.numPassedTests,
				failed: report.numFailedTests + unread,
				skipped: report.numPendingTests + report.numTodoTests
			};
		}
	);

/** The stories in real browsers against the built app. A flaky one has failed. */
export const playwright = (): Promise<Outcome> =>
	suite(
		'playwright',
		'playwright',
		['test', '--reporter=list,json'],
		(report) => ({ PLAYWRIGHT_JSON_OUTPUT_FILE: report }),
		(json) => {
			const { stats } = json as {
				stats: { expected: number; unexpected: number; flaky: number; skipped: number };
			};
			return { passed: stats.expected, failed: stats.unexpected + stats.flaky, skipped: stats.skipped };
		}
	);

/** Prints a table of all steps and, as the last line, `N passed, N failed`; sets the exit code. */
export function summarise(outcomes: readonly Outcome[]): void {
	console.log('\nstep                     passed  failed  skipped  seconds');
	for (const { name, passed, failed, skipped, seconds } of outcomes)
		console.log(
			`${name.padEnd(24)} ${String(passed).padStart(6)}  ${String(failed).padStart(6)}  ` +
				`${String(skipped).padStart(7)}  ${seconds.toFixed(0).padStart(7)}`
		);
	const sum = (pick: (outcome: Outcome) => number): number =>
		outcomes.reduce((total, outcome) => total + pick(outcome), 0);
	const skipped = sum((outcome) => outcome.skipped);
	if (skipped > 0) console.log(`\n${skipped} skipped: counted as failed, because nothing may be skipped`);
	const failed = sum((outcome) => outcome.failed) + skipped;
	if (failed > 0) process.exitCode = 1;
	console.log(`\n${sum((outcome) => outcome.passed)} passed, ${failed} failed`);
}
