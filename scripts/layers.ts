import { posix } from 'node:path';

/**
 * The layers of docs/architecture.md, section 4, from the bottom up. Layers in one line are neighbours: they know
 * those below, and of each other nothing but types.
 */
const FLOORS = [
	['core/model'],
	['core/documents'],
	['core/protocol'],
	['storage', 'sync', 'search'],
	['workspace', 'reactivity', 'ui'],
	['features'],
	['views'],
	['routes']
] as const;

export type Layer = (typeof FLOORS)[number][number] | 'service-worker' | 'sync-server';

/** What a layer is for: the second half of every message. */
const HOMES: Record<Layer, string> = {
	'core/model': 'a pure value or rule belongs in src/lib/core/model',
	'core/documents': 'what names Yjs roots and keys belongs in src/lib/core/documents',
	'core/protocol': 'what both ends of the wire must agree on belongs in src/lib/core/protocol',
	storage: 'what writes to IndexedDB belongs in src/lib/storage',
	sync: 'what talks to the relay belongs in src/lib/sync',
	search: 'the text index belongs in src/lib/search',
	workspace: 'what wires storage, sync and documents together belongs in src/lib/workspace',
	reactivity: 'the bridge to runes belongs in src/lib/reactivity',
	ui: 'a component that knows no domain word belongs in src/lib/ui',
	features: 'commands and components of one noun belong in src/lib/features/<noun>',
	views: 'a page that joins several features belongs in src/lib/views',
	routes: 'only parameters of an address belong in src/routes',
	'service-worker': 'the offline shell belongs in src/service-worker',
	'sync-server': 'what runs on the relay belongs in sync-server'
};

/** The layer of a file, by its path from the project's root with forward slashes; undefined outside all layers. */
export function layerOf(path: string): Layer | undefined {
	if (path.startsWith('sync-server/')) return 'sync-server';
	if (path.startsWith('src/service-worker')) return 'service-worker';
	if (path.startsWith('src/routes/')) return 'routes';
	const inside = /^src\/lib\/(core\/[^/]+|[^/]+)\//.exec(path)?.[1];
	return FLOORS.flat().find((layer) => layer === inside);
}

const floorOf = (layer: Layer): number =>
	FLOORS.findIndex((floor) => (floor as readonly Layer[]).includes(layer));
const isCore = (layer: Layer): boolean => layer.startsWith('core/');
const isTest = (path: string): boolean =>
	/\.(test|testkit|fixture)\.ts$|\/(fixtures|acceptance)\//.test(path);

const ALIASES: Record<string, string> = {
	'#core/': 'src/lib/core/',
	'#paraglide/': 'src/lib/paraglide/',
	'$lib/': 'src/lib/'
};

/** The path from the project's root that `specifier` names in `from`; undefined for a package. */
export function resolveSpecifier(from: string, specifier: string): string | undefined {
	if (specifier.startsWith('.')) return posix.normalize(posix.join(posix.dirname(from), specifier));
	const alias = Object.keys(ALIASES).find((start) => specifier.startsWith(start));
	return alias && posix.normalize(specifier.replace(alias, ALIASES[alias] ?? ''));
}

/**
 * Why the file `from` may not import `specifier`, in one sentence that says where the code belongs; undefined when it
 * may. `typeOnly` imports are free between neighbours, because they leave nothing behind at run time.
 */
export function judgeImport(from: string, specifier: string, typeOnly: boolean): string | undefined {
	const layer = layerOf(from);
	if (!layer) return undefined;
	const target = resolveSpecifier(from, specifier);
	if (target === undefined) return judgePackage(from, layer, specifier);
	if (target.startsWith('src/lib/paraglide/'))
		return isCore(layer) || layer === 'sync-server'
			? `${layer} has no words of its own: return a reason, and turn it into words in src/lib/features or src/lib/ui`
			: undefined;
	const other = layerOf(target);
	if (!other || other === layer) return undefined;
	return judgeLayers(layer, other, typeOnly || isTest(from));
}

function judgeLayers(layer: Layer, other: Layer, free: boolean): string | undefined {
	if (layer === 'sync-server')
		return isCore(other)
			? undefined
			: `the relay may not import src outside core: ${HOMES['core/protocol']}, or in core/documents or core/model`;
	if (other === 'sync-server')
		return `src may not import the relay: ${HOMES['core/protocol']}; ${HOMES['sync-server']}`;
	if (layer === 'service-worker')
		return isCore(other)
			? undefined
			: `the service worker may import core alone, ${HOMES[other]}; ${HOMES['service-worker']}`;
	if (other === 'service-worker') return `nothing imports the service worker: ${HOMES.workspace}`;
	const rise = floorOf(other) - floorOf(layer);
	if (rise < 0) return undefined;
	if (rise === 0 && free) return undefined;
	return rise === 0
		? `${layer} may not import its neighbour ${other}: ${homeAbove(layer)}`
		: `${layer} may not import ${other}, imports only point down: ${HOMES[other]}; hand it in as a parameter, or move this file up there`;
}

const homeAbove = (layer: Layer): string => {
	const above = FLOORS[floorOf(layer) + 1]?.[0];
	return above ? HOMES[above] : HOMES[layer];
};

const YJS = /^(yjs|y-protocols|y-websocket|y-indexeddb)(\/|$)/;
/** The one exception: the Lexical binding and the files it is made of. */
const BINDING = /^src\/lib\/features\/note\/note-[a-z-]+\.ts$/;
const BROWSER_ONLY =
	/^(svelte|\$app|\$service-worker|y-websocket|y-indexeddb|bits-ui|lexical|@lexical)(\/|$)/;
const RELAY_ONLY =
	/^(node:|ws$|hono(\/|$)|@hono\/|kysely(\/|$)|pino$|sirv$|rate-limiter-flexible$|better-auth(\/|$))/;

function judgePackage(from: string, layer: Layer, specifier: string): string | undefined {
	if (isTest(from)) return undefined;
	if (isCore(layer)) {
		if (/^(yjs|lib0)(\/|$)/.test(specifier)) return undefined;
		if (specifier === 'uuidv7' && from === 'src/lib/core/model/uuid.ts') return undefined;
		if (specifier === 'uuidv7') return 'ids are made by newId() of src/lib/core/model/id.ts';
		return `core runs in browser, worker and Node and imports yjs and lib0 alone, not ${specifier}: ${HOMES.workspace}, ${HOMES['sync-server']}`;
	}
	if (specifier === 'uuidv7') return 'ids are made by newId() of src/lib/core/model/id.ts';
	if (layer === 'sync-server')
		return BROWSER_ONLY.test(specifier)
			? `${specifier} runs in a browser: ${HOMES.sync}, ${HOMES.storage}`
			: undefined;
	if (RELAY_ONLY.test(specifier)) return `${specifier} runs in Node: ${HOMES['sync-server']}`;
	if (YJS.test(specifier) && floorOf(layer) >= floorOf('features') && !BINDING.test(from))
		return `${layer} sees no Y type: ${HOMES['core/documents']}; ${HOMES.workspace}`;
	return undefined;
}

const FORBIDDEN = /^(utils?|helpers?|managers?|services?|misc)$/i;

/** Why a path's names are not allowed, or undefined: names come from the domain (docs/architecture.md, section 4). */
export function judgeName(path: string): string | undefined {
	for (const part of path.split('/')) {
		const words = part.replace(/\.[a-z.]+$/, '').split(/[-_.]|(?<=[a-z])(?=[A-Z])/);
		const vague = words.find((word) => FORBIDDEN.test(word));
		if (!vague || part.startsWith('service-worker') || part === 'bench') continue;
		return `"${part}" says nothing of what it holds: name it after its noun in product.md, and put it into that noun's folder`;
	}
	const file = path.slice(path.lastIndexOf('/') + 1);
	if (path.startsWith('src/routes/')) return undefined;
	if (file.endsWith('.svelte') && !/^[A-Z][A-Za-z0-9]*\.svelte$/.test(file))
		return `components are PascalCase: ${file}`;
	if (/\.ts$/.test(file) && !/^[a-z0-9]+(-[a-z0-9]+)*(\.[a-z]+)*\.ts$/.test(file))
		return `modules are kebab-case: ${file}`;
	return undefined;
}
