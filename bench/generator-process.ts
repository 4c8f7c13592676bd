import { runEditing, type EditingScenario } from './load/editing.ts';
import { runMany, type ManyScenario } from './load/many.ts';
import { runPresence, type PresenceScenario } from './load/presence.ts';
import { runOpen, runStore, type OpenScenario, type StoreScenario } from './load/stored.ts';

export type Scenario = EditingScenario | StoreScenario | OpenScenario | PresenceScenario | ManyScenario;

// The load, in a process of its own, so that it takes no time from what it measures: one scenario after the other.
const run = (scenario: Scenario): Promise<unknown> => {
	switch (scenario.kind) {
		case 'editing':
			return runEditing(scenario);
		case 'store':
			return runStore(scenario);
		case 'open':
			return runOpen(scenario);
		case 'presence':
			return runPresence(scenario);
		case 'many':
			return runMany(scenario);
	}
};

process.on('message', (scenario: Scenario) => {
	run(scenario).then(
		(result) => process.send?.({ result }),
		(error: unknown) =>
			process.send?.({ error: error instanceof Error ? (error.stack ?? error.message) : String(error) })
	);
});
process.on('disconnect', () => process.exit(0));
