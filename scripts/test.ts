import { ensureChromium } from './ensure-chromium.ts';
import { check, playwright, summarise, vitest, type Outcome } from './suite.ts';

// `npm test`: everything, in one command, from a clean clone. A browser is found or installed; nothing is skipped.
process.env.CHROMIUM_PATH = ensureChromium();

const steps: (() => Promise<Outcome>)[] = [
	() =>
		check(
			'messages',
			'paraglide-js',
			'compile',
			'--project',
			'./project.inlang',
			'--outdir',
			'./src/lib/paraglide',
			'--strategy',
			'localStorage',
			'preferredLanguage',
			'baseLocale'
		),
	() => check('kit', 'svelte-kit', 'sync'),
	() => check('types of the app', 'svelte-check', '--tsconfig', './tsconfig.json', '--fail-on-warnings'),
	() => check('types of the relay', 'tsc', '-p', 'sync-server/tsconfig.json'),
	() => check('types of the tools', 'tsc', '-p', 'tsconfig.node.json'),
	() => check('eslint', 'eslint', '.', '--max-warnings', '0'),
	() => check('prettier', 'prettier', '--check', '--log-level', 'warn', '.'),
	() => check('knip', 'knip'),
	() => vitest('unit'),
	() => vitest('sync'),
	() => vitest('browser'),
	() => check('build', process.execPath, 'scripts/build.ts'),
	() => playwright()
];

const outcomes: Outcome[] = [];
for (const step of steps) outcomes.push(await step());
summarise(outcomes);
