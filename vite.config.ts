import type { IncomingMessage } from 'node:http';
import { paraglideVitePlugin } from '@inlang/paraglide-js';
import { sveltekit } from '@sveltejs/kit/vite';
import tailwindcss from '@tailwindcss/vite';
import { playwright } from '@vitest/browser-playwright';
import { defineConfig } from 'vitest/config';
import { findChromium } from './scripts/chromium.ts';

const chromium = findChromium();
const relay = process.env.RELAY_URL ?? 'http://127.0.0.1:4801';

/** The proxy speaks with an Origin of its own, so it takes requests of its own pages only (rule 20). */
const ownPagesOnly = (request: IncomingMessage): false | undefined => {
	const { origin, host } = request.headers;
	return origin === undefined || origin === `http://${host}` ? undefined : false;
};

export default defineConfig({
	plugins: [
		tailwindcss(),
		paraglideVitePlugin({
			project: './project.inlang',
			outdir: './src/lib/paraglide',
			strategy: ['localStorage', 'preferredLanguage', 'baseLocale']
		}),
		sveltekit()
	],
	build: { target: 'es2023' },
	server: {
		proxy: {
			'/api': { target: relay, changeOrigin: true, headers: { origin: relay }, bypass: ownPagesOnly },
			'/sync': {
				target: relay,
				changeOrigin: true,
				ws: true,
				headers: { origin: relay },
				bypass: ownPagesOnly
			}
		}
	},
	test: {
		projects: [
			{
				extends: true,
				test: {
					name: 'unit',
					environment: 'node',
					include: ['src/**/*.test.ts', 'tests/architecture/**/*.test.ts', 'scripts/**/*.test.ts'],
					exclude: ['src/**/*.browser.test.ts']
				}
			},
			{
				test: {
					name: 'sync',
					environment: 'node',
					include: ['sync-server/**/*.test.ts', 'tests/sync/**/*.test.ts'],
					pool: 'forks',
					testTimeout: 60_000
				}
			},
			{
				// `npm run soak` alone: they only make sense when they run long.
				test: {
					name: 'soak',
					environment: 'node',
					include: ['tests/soak/**/*.soak.ts'],
					pool: 'forks',
					fileParallelism: false,
					testTimeout: 24 * 60 * 60_000
				}
			},
			{
				extends: true,
				// Found while a test runs, they would reload its page; the icons are found by nobody in advance.
				optimizeDeps: {
					include: [
						'lexical',
						'@lexical/clipboard',
						'@lexical/extension',
						'@lexical/link',
						'@lexical/list',
						'@lexical/rich-text',
						'@lexical/selection',
						'@lexical/yjs',
						'yjs',
						'y-protocols/awareness'
					],
					exclude: ['@lucide/svelte']
				},
				test: {
					name: 'browser',
					include: ['src/**/*.browser.test.ts'],
					testTimeout: 60_000,
					browser: {
						enabled: true,
						headless: true,
						screenshotFailures: false,
						provider: playwright({
							launchOptions: {
								...(chromium ? { executablePath: chromium } : {}),
								args: ['--no-sandbox', '--disable-background-networking', '--disable-component-update']
							}
						}),
						instances: [{ browser: 'chromium' }]
					}
				}
			}
		]
	}
});
