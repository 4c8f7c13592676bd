import { spawnSync } from 'node:child_process';
import { findChromium } from './chromium.ts';

/** Finds a Chromium or installs one (Playwright's, else Debian's as root). Throws, with what to do, when neither works. */
export function ensureChromium(): string {
	const found = findChromium();
	if (found) return found;
	console.log('No Chromium found; installing one for the browser tests ...');
	spawnSync('npx', ['playwright', 'install', 'chromium'], { stdio: 'inherit' });
	const own = findChromium();
	if (own) return own;
	if (process.getuid?.() === 0) {
		spawnSync('apt-get', ['update'], { stdio: 'ignore' });
		spawnSync('apt-get', ['install', '-y', 'chromium'], { stdio: 'inherit' });
		const system = findChromium();
		if (system) return system;
	}
	throw new Error('The browser tests need Chromium. Install it, or set CHROMIUM_PATH to one.');
}
