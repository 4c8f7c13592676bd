import js from '@eslint/js';
import svelte from 'eslint-plugin-svelte';
import globals from 'globals';
import ts from 'typescript-eslint';
import svelteConfig from './svelte.config.js';
import { layersRule, namesRule } from './scripts/lint-layers.ts';

const SWALLOWED = 'An error is answered, turned into words, or passed on: say what happens to it.';

export default ts.config(
	{
		ignores: [
			'build/',
			'data/',
			'.svelte-kit/',
			'src/lib/paraglide/',
			'bench/results/',
			'bench/peers/',
			'test-results/',
			'playwright-report/'
		]
	},
	{ linterOptions: { noInlineConfig: true, reportUnusedDisableDirectives: 'error' } },
	js.configs.recommended,
	ts.configs.strict,
	ts.configs.stylistic,
	svelte.configs.recommended,
	{
		plugins: { rapport: { rules: { layers: layersRule, names: namesRule } } },
		languageOptions: { globals: { ...globals.es2024 } },
		rules: {
			'rapport/layers': 'error',
			'rapport/names': 'error',
			eqeqeq: 'error',
			'no-console': 'error',
			'no-empty-pattern': ['error', { allowObjectPatternsAsParameters: true }],
			'no-eval': 'error',
			'no-param-reassign': 'error',
			'no-restricted-syntax': [
				'error',
				{ selector: 'CatchClause > BlockStatement[body.length=0]', message: SWALLOWED },
				{
					selector:
						"CallExpression[callee.property.name='catch'] > ArrowFunctionExpression > BlockStatement[body.length=0]",
					message: SWALLOWED
				},
				{ selector: 'TSEnumDeclaration', message: 'Node strips types only: use a union or an object.' }
			],
			'@typescript-eslint/ban-ts-comment': [
				'error',
				{ 'ts-expect-error': true, 'ts-ignore': true, 'ts-nocheck': true }
			],
			'@typescript-eslint/consistent-type-definitions': 'off',
			'@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'separate-type-imports' }],
			'@typescript-eslint/no-explicit-any': 'error',
			'@typescript-eslint/no-non-null-assertion': 'error',
			'@typescript-eslint/no-unused-vars': [
				'error',
				{ args: 'all', argsIgnorePattern: '^_', varsIgnorePattern: '^_' }
			],
			// TypeScript itself finds them, with types.
			'no-undef': 'off'
		}
	},
	{
		// Promises that nobody awaits lose errors and order: the one thing that needs types to be seen.
		files: ['src/**/*.ts', 'sync-server/**/*.ts', 'tests/**/*.ts', 'bench/**/*.ts', 'scripts/**/*.ts'],
		ignores: ['src/service-worker/**'],
		languageOptions: {
			parserOptions: { project: ['./tsconfig.json', './tsconfig.node.json'] }
		},
		rules: {
			'@typescript-eslint/await-thenable': 'error',
			'@typescript-eslint/no-floating-promises': 'error',
			'@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: { attributes: false } }]
		}
	},
	{
		files: ['**/*.svelte', '**/*.svelte.ts'],
		languageOptions: {
			globals: { ...globals.browser },
			parserOptions: { extraFileExtensions: ['.svelte'], parser: ts.parser, svelteConfig }
		},
		rules: {
			// The app lives at the root of its own address; there is no base path to resolve.
			'svelte/no-navigation-without-resolve': 'off',
			// Views hold no copy of the data: a Map inside a $derived is made anew each time.
			'svelte/prefer-svelte-reactivity': 'off',
			'svelte/no-at-html-tags': 'error',
			'svelte/require-each-key': 'error'
		}
	},
	{
		// These speak to a person at a terminal; tests print their seeds.
		files: [
			'scripts/**',
			'bench/**',
			'sync-server/main.ts',
			'sync-server/config.ts',
			'**/*.test.ts',
			'tests/**'
		],
		rules: { 'no-console': 'off' }
	},
	{ files: ['**/*.js'], languageOptions: { globals: { ...globals.node, ...globals.browser } } }
);
