import { ensureChromium } from './ensure-chromium.ts';
import { summarise, vitest, type Outcome } from './suite.ts';

// `npm run soak`: the same suites with long budgets, and those that only make sense when they run long.
process.env.CHROMIUM_PATH = ensureChromium();
const budget: Record<string, string> = {
	SOAK_SEEDS: process.env.SOAK_SEEDS ?? '2000',
	SIGKILL_ROUNDS: process.env.SIGKILL_ROUNDS ?? '50',
	FUZZ_FRAMES: process.env.FUZZ_FRAMES ?? '20000'
};
console.log('Budgets:', budget);

const outcomes: Outcome[] = [];
for (const project of ['unit', 'sync', 'browser', 'soak']) outcomes.push(await vitest(project, budget));
summarise(outcomes);
