import { existsSync } from 'node:fs';
import { chromium } from '@playwright/test';

const SYSTEM = [
	'/usr/bin/chromium',
	'/usr/bin/chromium-browser',
	'/usr/bin/google-chrome',
	'/usr/bin/google-chrome-stable',
	'/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
	'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe'
];

/**
 * The browser that tests and screenshots use: CHROMIUM_PATH, then Playwright's own, then the system's.
 * Returns undefined when there is none; `scripts/ensure-chromium.ts` then installs one.
 */
export function findChromium(): string | undefined {
	const named = process.env.CHROMIUM_PATH;
	if (named) {
		if (!existsSync(named)) throw new Error(`CHROMIUM_PATH names ${named}, which does not exist`);
		return named;
	}
	return [chromium.executablePath(), ...SYSTEM].find((path) => path && existsSync(path));
}
