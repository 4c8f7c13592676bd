/// <reference no-default-lib="true"/>
/// <reference lib="esnext" />
/// <reference lib="webworker" />
/// <reference types="@sveltejs/kit" />

import { build, files, prerendered, version } from '$service-worker';
import { answerFor, outdated } from './answer.ts';

const worker = globalThis as unknown as ServiceWorkerGlobalScope;

const PREFIX = 'rapport-shell-';
const CACHE = PREFIX + version;
/** The one page; the relay answers every address with it. */
const SHELL = '/';
const KEPT = [...new Set([...build, ...files, ...prerendered])];
const known: ReadonlySet<string> = new Set(KEPT);
/** Milliseconds until a server that accepted and does not answer is taken to be away. */
const PATIENCE = 10_000;

worker.addEventListener('install', (event) => {
	// Everything or nothing: "ready offline" is only said when the lazy parts are here too.
	event.waitUntil(keepAll());
});

worker.addEventListener('activate', (event) => {
	event.waitUntil(takeOver());
});

worker.addEventListener('message', (event) => {
	// Sent by the page when the user has agreed, and not otherwise.
	if (event.data === 'take over') void worker.skipWaiting();
});

worker.addEventListener('fetch', (event) => {
	const answer = answerFor(event.request, worker.location.origin, known);
	if (answer === 'network') return;
	event.respondWith(answer === 'shell' ? shell(event.request) : kept(event.request));
});

async function keepAll(): Promise<void> {
	const cache = await caches.open(CACHE);
	await Promise.all([
		cache.add(new Request(SHELL, { cache: 'reload' })),
		...KEPT.map((path) => keep(cache, path))
	]);
}

/** Files whose name is their content need not be loaded again when an earlier version had them. */
async function keep(cache: Cache, path: string): Promise<void> {
	const had = path.includes('/immutable/') ? await caches.match(path) : undefined;
	if (had) await cache.put(path, had);
	else await cache.add(new Request(path, { cache: 'reload' }));
}

async function takeOver(): Promise<void> {
	const names = await caches.keys();
	await Promise.all(outdated(names, CACHE, PREFIX).map((name) => caches.delete(name)));
	await worker.clients.claim();
}

async function shell(request: Request): Promise<Response> {
	const cache = await caches.open(CACHE);
	return (await cache.match(SHELL)) ?? fromNetwork(request);
}

async function kept(request: Request): Promise<Response> {
	const cache = await caches.open(CACHE);
	// Then the caches of versions before.
	return (await cache.match(request)) ?? (await caches.match(request)) ?? fromNetwork(request);
}

const fromNetwork = (request: Request): Promise<Response> =>
	request.mode === 'navigate'
		? fetch(request)
		: fetch(request, { signal: AbortSignal.any([request.signal, AbortSignal.timeout(PATIENCE)]) });
