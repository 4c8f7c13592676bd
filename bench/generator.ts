import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Scenario } from './generator-process.ts';
import type { EditingResult, EditingScenario } from './load/editing.ts';
import type { ManyScenario } from './load/many.ts';
import type { PresenceResult, PresenceScenario } from './load/presence.ts';
import type { OpenResult, OpenScenario, StoreScenario } from './load/stored.ts';

/** What each scenario answers. */
type ResultOf<S extends Scenario> = S extends EditingScenario
	? EditingResult
	: S extends PresenceScenario
		? PresenceResult
		: S extends OpenScenario
			? OpenResult
			: S extends ManyScenario
				? { allMs: number }
				: S extends StoreScenario
					? undefined
					: never;

/** The load generator: a process of its own. */
export class Generator {
	readonly #child: ChildProcess = fork(join(import.meta.dirname, 'generator-process.ts'), {
		serialization: 'advanced'
	});

	/** Runs one scenario to its end. Throws what went wrong in it. */
	async run<S extends Scenario>(scenario: S): Promise<ResultOf<S>> {
		const answer = Promise.race([
			once(this.#child, 'message'),
			once(this.#child, 'exit').then(() => {
				throw new Error('the generator ended');
			})
		]);
		this.#child.send(scenario);
		const [message] = (await answer) as [{ result: ResultOf<S> } | { error: string }];
		if ('error' in message) throw new Error(message.error);
		return message.result;
	}

	async [Symbol.asyncDispose](): Promise<void> {
		if (this.#child.exitCode !== null) return;
		const ended = once(this.#child, 'exit');
		this.#child.disconnect();
		await ended;
	}
}
