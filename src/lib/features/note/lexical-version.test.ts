import { expect, it } from 'vitest';
import lock from '../../../../package-lock.json' with { type: 'json' };
import manifest from '../../../../package.json' with { type: 'json' };

const VERSION = '0.52.0';
const isLexical = (name: string) => name === 'lexical' || name.startsWith('@lexical/');

// Two copies of the editor do not know each other's nodes, and 0.53 is published in part only.
it('installs each part of Lexical once, in one version', () => {
	const parts = Object.entries(lock.packages)
		.filter(([path]) => isLexical(path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length)))
		.map(([path, { version }]) => ({ path, version }));
	expect(parts.length).toBeGreaterThan(5);
	for (const { path, version } of parts) {
		expect({ path, version }).toEqual({ path, version: VERSION });
		expect(path.lastIndexOf('node_modules/')).toBe(0);
	}
});

it('pins the version, so that no newer one slips in', () => {
	const wanted = Object.entries(manifest.devDependencies).filter(([name]) => isLexical(name));
	expect(wanted.length).toBeGreaterThan(5);
	for (const [name, version] of wanted) expect({ name, version }).toEqual({ name, version: VERSION });
	expect(Object.keys(lock.packages)).not.toContain('node_modules/@lexical/history');
});
