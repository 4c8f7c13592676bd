import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const SOURCES = [
	'src',
	'static',
	'messages',
	'project.inlang/settings.json',
	'svelte.config.js',
	'vite.config.ts',
	'package-lock.json'
];
/** Lies in the build, so that a build and what it was made from cannot part. */
const STAMP = 'build/.sources';

function* filesBelow(path: string): Generator<string> {
	if (!statSync(path).isDirectory()) return yield path;
	for (const name of readdirSync(path).sort())
		// The compiled messages are made by the build itself, from `messages`.
		if (name !== 'paraglide') yield* filesBelow(join(path, name));
}

/** A fingerprint of everything the app is built from. Times do not count: a checkout or a copy changes them. */
function fingerprint(): string {
	const hash = createHash('sha256');
	for (const source of SOURCES)
		for (const file of filesBelow(source))
			hash.update(file).update('\0').update(readFileSync(file)).update('\0');
	return hash.digest('hex');
}

/** Builds the app into `build/` unless it already stands there, made from exactly these sources. Throws when it fails. */
export function ensureBuilt(): 'built' | 'fresh' {
	const now = fingerprint();
	if (existsSync('build/index.html') && existsSync(STAMP) && readFileSync(STAMP, 'utf8') === now)
		return 'fresh';
	const { status } = spawnSync('vite', ['build', '--logLevel', 'warn'], {
		stdio: 'inherit',
		shell: process.platform === 'win32'
	});
	if (status !== 0) throw new Error('The app could not be built; the reason stands above.');
	writeFileSync(STAMP, now);
	return 'built';
}

if (import.meta.main) console.log(ensureBuilt() === 'built' ? 'Built.' : 'The build is up to date.');
