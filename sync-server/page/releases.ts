import {
	cpSync,
	existsSync,
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

/** Where the page is served from: all of `present`, and of the releases `before`, newest first, the chunks. */
export type Releases = { present: string; before: string[] };

/**
 * Keeps a copy of the build in DATA_DIR/releases. The page is served from it, so that a new build does not take its
 * files away; and a tab or a service worker of a release before still gets the chunks that it has not loaded yet.
 */
export function keepRelease(buildDir: string, dataDir: string): Releases {
	const releases = join(dataDir, 'releases');
	const version = versionOf(buildDir);
	const present = version === undefined ? buildDir : join(releases, version);
	if (version !== undefined) copyBuild(buildDir, present);
	const kept = listNewestFirst(releases);
	for (const old of kept.slice(RELEASES_KEPT)) rmSync(old, { recursive: true });
	return { present, before: kept.slice(0, RELEASES_KEPT).filter((folder) => folder !== present) };
}

function versionOf(buildDir: string): string | undefined {
	const file = join(buildDir, '_app', 'version.json');
	if (!existsSync(file)) return undefined;
	const { version } = JSON.parse(readFileSync(file, 'utf8')) as { version?: unknown };
	// It becomes the name of a folder.
	return typeof version === 'string' && /^[\w-][\w.-]{0,99}$/.test(version) ? version : undefined;
}

function copyBuild(buildDir: string, release: string): void {
	// Without its page it is one that was kept when only chunks were.
	if (!existsSync(join(release, 'index.html'))) {
		const unfinished = `${release}.unfinished`;
		rmSync(unfinished, { recursive: true, force: true });
		cpSync(buildDir, unfinished, { recursive: true });
		rmSync(release, { recursive: true, force: true });
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
