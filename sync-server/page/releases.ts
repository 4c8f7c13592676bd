import {
	cpSync,
	existsSync,
	mkdirSync,
	readdirSync,
	readFileSync,
	renameSync,
	rmSync,
	statSync,
	utimesSync
} from 'node:fs';
import { join } from 'node:path';

/** How many releases' chunks stay served, the present one among them (rule 27). */
const RELEASES_KEPT = 3;
const IMMUTABLE = join('_app', 'immutable');

/**
 * Keeps a copy of the build's chunks in DATA_DIR/releases, so that a tab or a service worker of the release before
 * still gets those that it has not loaded yet. Returns the folders to serve from, newest first.
 */
export function keepRelease(buildDir: string, dataDir: string): string[] {
	const releases = join(dataDir, 'releases');
	const version = versionOf(buildDir);
	if (version !== undefined) copyChunks(buildDir, join(releases, version));
	const kept = listNewestFirst(releases);
	for (const old of kept.slice(RELEASES_KEPT)) rmSync(old, { recursive: true });
	return kept.slice(0, RELEASES_KEPT);
}

function versionOf(buildDir: string): string | undefined {
	const file = join(buildDir, '_app', 'version.json');
	if (!existsSync(file)) return undefined;
	const { version } = JSON.parse(readFileSync(file, 'utf8')) as { version?: unknown };
	// It becomes the name of a folder.
	return typeof version === 'string' && /^[\w-][\w.-]{0,99}$/.test(version) ? version : undefined;
}

function copyChunks(buildDir: string, release: string): void {
	if (!existsSync(release)) {
		const unfinished = `${release}.unfinished`;
		rmSync(unfinished, { recursive: true, force: true });
		mkdirSync(unfinished, { recursive: true });
		cpSync(join(buildDir, IMMUTABLE), join(unfinished, IMMUTABLE), { recursive: true });
		renameSync(unfinished, release);
	}
	const now = new Date();
	utimesSync(release, now, now);
}

function listNewestFirst(releases: string): string[] {
	if (!existsSync(releases)) return [];
	return readdirSync(releases, { withFileTypes: true })
		.filter((entry) => entry.isDirectory() && !entry.name.endsWith('.unfinished'))
		.map((entry) => join(releases, entry.name))
		.sort((one, other) => statSync(other).mtimeMs - statSync(one).mtimeMs);
}
