import { describe, expect, it } from 'vitest';
import { judgeImport, judgeName, layerOf, resolveSpecifier } from '../../scripts/layers.ts';
import { importsOf, listFiles, read, stands } from './source.ts';

const SOURCES = ['.ts', '.svelte'];
const files = ['src', 'sync-server'].flatMap((folder) => listFiles(folder, SOURCES));

/** Every broken rule of one file, as lines for a person. */
const judge = (path: string, code: string): string[] =>
	importsOf(path, code).flatMap(({ specifier, typeOnly }) => {
		const message = judgeImport(path, specifier, typeOnly);
		return message ? [`${path} imports ${specifier}: ${message}`] : [];
	});

describe('layers', () => {
	it('is looking at the project', () => {
		expect(files).toContain('src/lib/core/protocol/mux.ts');
		expect(files.filter((path) => layerOf(path) === 'sync-server').length).toBeGreaterThan(0);
	});

	it('imports only point down', () => {
		expect(files.flatMap((path) => judge(path, read(path)))).toEqual([]);
	});

	it('every source file of src/lib stands in a layer', () => {
		const homeless = files.filter((path) => path.startsWith('src/lib/') && !layerOf(path));
		expect(homeless).toEqual([]);
	});

	it('every import of a project file names one that exists', () => {
		const broken = files.flatMap((path) =>
			importsOf(path, read(path)).flatMap(({ specifier }) => {
				const target = resolveSpecifier(path, specifier);
				if (target === undefined || /\/paraglide\/|\.css$|\$types|\?/.test(target)) return [];
				return stands(target) ? [] : [`${path} imports ${specifier}`];
			})
		);
		expect(broken).toEqual([]);
	});

	it('no module needs itself, over however many others', () => {
		expect(findCycles(files)).toEqual([]);
	});

	it('files and folders are named after the domain', () => {
		expect(files.flatMap((path) => judgeName(path) ?? [])).toEqual([]);
	});

	it('routes are thin: 40 lines at most', () => {
		const fat = files.filter((path) => path.startsWith('src/routes/') && read(path).split('\n').length > 41);
		expect(fat).toEqual([]);
	});

	it('tells of files that grew beyond 250 lines', () => {
		const long = files
			.map((path) => ({ path, lines: read(path).split('\n').length }))
			.filter(({ lines }) => lines > 250);
		for (const { path, lines } of long) console.warn(`${path} has ${lines} lines: is it one question?`);
		expect(long.filter(({ lines }) => lines > 800)).toEqual([]);
	});
});

describe('a planted violation is found', () => {
	it.each([
		['src/lib/features/party/x.ts', `import { page } from '../../../routes/page.ts';`, 'only point down'],
		['src/lib/features/party/x.ts', `import { open } from '#core/../views/open.ts';`, 'only point down'],
		['src/lib/features/party/x.ts', `import type * as Y from 'yjs';`, 'sees no Y type'],
		['src/lib/features/party/Card.svelte', `<script>import { Doc } from 'yjs';</script>`, 'sees no Y type'],
		[
			'src/lib/features/note/NoteEditor.svelte',
			`<script>import * as Y from 'yjs';</script>`,
			'sees no Y type'
		],
		['src/lib/views/Party.svelte', `{#await import('../../routes/x.ts')}{/await}`, 'only point down'],
		['src/lib/sync/x.ts', `export { log } from '../../../sync-server/log.ts';`, 'may not import the relay'],
		['sync-server/x.ts', `const a = await import('../src/lib/sync/x.ts');`, 'outside core'],
		['sync-server/x.ts', `import { WebsocketProvider } from 'y-websocket';`, 'runs in a browser'],
		['src/lib/workspace/x.ts', `import { readFile } from 'node:fs';`, 'runs in Node'],
		['src/lib/core/model/x.ts', `import { party } from '../documents/party.ts';`, 'only point down'],
		['src/lib/core/documents/x.ts', `import { m } from '#paraglide/messages.js';`, 'no words of its own'],
		['src/lib/core/documents/x.ts', `import { uuidv7 } from 'uuidv7';`, 'newId()'],
		['src/lib/core/protocol/x.ts', `import 'svelte';`, 'yjs and lib0 alone'],
		['src/lib/sync/x.ts', `import { shelf } from '../storage/shelf.ts';`, 'neighbour'],
		['src/service-worker/index.ts', `import { x } from '../lib/sync/x.ts';`, 'core alone']
	])('%s: %s', (path, code, message) => {
		expect(judge(path, code).join()).toContain(message);
	});

	it.each([
		['src/lib/features/note/note-binding.ts', `import * as Y from 'yjs';`],
		['src/lib/sync/x.ts', `import type { Shelf } from '../storage/shelf.ts';`],
		['src/lib/views/x.ts', `import { newId } from '#core/model/id.ts';`],
		['src/lib/core/model/uuid.ts', `import { uuidv7 } from 'uuidv7';`],
		['sync-server/x.ts', `import { parseRoom } from '#core/protocol/room.ts';`]
	])('and what is right is left alone: %s: %s', (path, code) => {
		expect(judge(path, code)).toEqual([]);
	});

	it.each(['src/lib/ui/utils/x.ts', 'sync-server/log-manager.ts', 'src/lib/features/PartyHelper.svelte'])(
		'a name that says nothing: %s',
		(path) => {
			expect(judgeName(path)).toContain('says nothing');
		}
	);

	it('a ring of imports', () => {
		const ring: Record<string, string[]> = { a: ['b'], b: ['c'], c: ['a'], d: ['a'] };
		expect(cyclesOf(Object.keys(ring), (name) => ring[name] ?? [])).toEqual([['a', 'b', 'c', 'a']]);
	});
});

function findCycles(paths: readonly string[]): string[][] {
	return cyclesOf(paths, (path) =>
		importsOf(path, read(path)).flatMap(({ specifier, typeOnly }) => {
			const target = resolveSpecifier(path, specifier);
			return !typeOnly && target !== undefined && paths.includes(target) ? [target] : [];
		})
	);
}

/** Each ring of the graph once, in the order in which it is walked. */
function cyclesOf(nodes: readonly string[], next: (node: string) => string[]): string[][] {
	const done = new Set<string>();
	const rings: string[][] = [];
	const walk = (node: string, path: string[]): void => {
		if (path.includes(node)) {
			rings.push([...path.slice(path.indexOf(node)), node]);
			return;
		}
		if (done.has(node)) return;
		for (const other of next(node)) walk(other, [...path, node]);
		done.add(node);
	};
	for (const node of nodes) walk(node, []);
	return rings;
}
