import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { contentSecurityPolicy } from './csp.ts';
import { createPage } from './page.ts';

let folder: string;
let server: Server | undefined;
beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), 'rapport-page-'));
});
afterEach(() => {
	server?.close();
	server = undefined;
	rmSync(folder, { recursive: true });
});

const SCRIPT = 'start();';
const HASH = `sha256-${createHash('sha256').update(SCRIPT).digest('base64')}`;

/** A build as SvelteKit leaves it, with one chunk of its own. */
function build(version: string): string {
	const dir = join(folder, `build-${version}`);
	mkdirSync(join(dir, '_app', 'immutable'), { recursive: true });
	writeFileSync(join(dir, '_app', 'version.json'), JSON.stringify({ version }));
	writeFileSync(join(dir, '_app', 'immutable', `chunk-${version}.js`), `// ${version}`);
	writeFileSync(join(dir, 'service-worker.js'), '// worker');
	writeFileSync(
		join(dir, 'index.html'),
		`<!doctype html><meta http-equiv="content-security-policy" content="script-src 'self' '${HASH}'; default-src 'self'">` +
			`<title>Rapport</title><script>${SCRIPT}</script>`
	);
	return dir;
}

async function serve(
	buildDir: string
): Promise<(path: string, headers?: Record<string, string>) => Promise<Response>> {
	server?.close();
	const page = createPage(buildDir, join(folder, 'data'));
	server = createServer(page);
	await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
	const { port } = server.address() as AddressInfo;
	return (path, headers = {}) => fetch(`http://127.0.0.1:${port}${path}`, { headers });
}

const NAVIGATION = { accept: 'text/html' };

it('27. chunks are kept for ever, the shell and the service worker are asked for anew', async () => {
	const get = await serve(build('one'));
	const cacheOf = async (path: string) => (await get(path)).headers.get('cache-control');
	expect(await cacheOf('/_app/immutable/chunk-one.js')).toBe('public,max-age=31536000,immutable');
	expect(await cacheOf('/')).toBe('no-cache');
	expect(await cacheOf('/service-worker.js')).toBe('no-cache');
	expect(await cacheOf('/_app/version.json')).toBe('no-cache');
	expect((await get('/_app/immutable/chunk-one.js')).headers.get('content-type')).toContain('javascript');
});

it('27. an address that a person opens is answered with the shell, a missing file is not', async () => {
	const get = await serve(build('one'));
	const deep = await get('/party/0198c0de-0000-7000-8000-000000000001', NAVIGATION);
	expect(deep.status).toBe(200);
	expect(await deep.text()).toContain('<title>Rapport</title>');
	expect((await get('/party/1', { accept: '*/*' })).status).toBe(404);
	for (const path of ['/_app/immutable/gone.js', '/api/none', '/sync/none', '/_app/version'])
		expect([path, (await get(path, NAVIGATION)).status]).toEqual([path, 404]);
	expect((await get('/..%2f..%2fetc/passwd', { accept: '*/*' })).status).toBe(404);
});

it('27. chunks of the two releases before stay served, older ones go', async () => {
	for (const version of ['one', 'two', 'three']) await serve(build(version));
	let get = await serve(build('three'));
	for (const version of ['one', 'two', 'three'])
		expect((await get(`/_app/immutable/chunk-${version}.js`)).status).toBe(200);
	await new Promise((resolve) => setTimeout(resolve, 20));
	get = await serve(build('four'));
	expect((await get('/_app/immutable/chunk-one.js')).status).toBe(404);
	expect((await get('/_app/immutable/chunk-two.js')).status).toBe(200);
	expect(await (await get('/', NAVIGATION)).text()).toContain('Rapport');
});

it('27. an old release lends chunks only: its shell is never served', async () => {
	await serve(build('one'));
	const next = build('two');
	cpSync(
		join(folder, 'build-one', '_app', 'immutable'),
		join(folder, 'data', 'releases', 'zero', '_app', 'immutable'),
		{
			recursive: true
		}
	);
	writeFileSync(join(folder, 'data', 'releases', 'zero', 'extra.txt'), 'x');
	const get = await serve(next);
	expect((await get('/_app/version.json')).status).toBe(200);
	expect(((await (await get('/_app/version.json')).json()) as { version: string }).version).toBe('two');
	expect((await get('/_app/immutable/chunk-one.js')).status).toBe(200);
	expect((await get('/extra.txt')).status).toBe(404);
});

it('27. a build that is deleted or made anew under the running relay changes nothing for open pages', async () => {
	const dir = build('one');
	const get = await serve(dir);
	rmSync(dir, { recursive: true });
	expect((await get('/_app/immutable/chunk-one.js')).status).toBe(200);
	expect(await (await get('/service-worker.js')).text()).toBe('// worker');
	expect(await (await get('/', NAVIGATION)).text()).toContain('Rapport');
});

it('27. a release of which only the chunks were kept is completed', async () => {
	const dir = build('one');
	mkdirSync(join(folder, 'data', 'releases', 'one', '_app', 'immutable'), { recursive: true });
	expect((await (await serve(dir))('/_app/immutable/chunk-one.js')).status).toBe(200);
});

it('27. a file that vanishes ends its own answer and nothing else', async () => {
	const get = await serve(build('one'));
	rmSync(join(folder, 'data', 'releases'), { recursive: true });
	await expect(get('/_app/immutable/chunk-one.js').then((answer) => answer.text())).rejects.toThrow();
	expect((await get('/somewhere', NAVIGATION)).status).toBe(200);
});

it.each(['bytes=5-2', 'bytes=99999999-', 'lines=a-b', 'bytes=--1'])(
	'a range like %s is answered with the whole file',
	async (range) => {
		const get = await serve(build('one'));
		const answer = await get('/service-worker.js', { range });
		expect([answer.status, await answer.text()]).toEqual([200, '// worker']);
	}
);

it("32. the policy lets in the page's own inline script by its hash, and no other", async () => {
	const get = await serve(build('one'));
	const policy = (await get('/', NAVIGATION)).headers.get('content-security-policy') ?? '';
	expect(policy).toContain(`script-src 'self' '${HASH}';`);
	expect(policy).not.toContain('unsafe');
	for (const part of ["default-src 'self'", "frame-ancestors 'none'", "object-src 'none'", "base-uri 'self'"])
		expect(policy).toContain(part);
	expect(contentSecurityPolicy('<script>alert(1)</script>')).toContain("script-src 'self';");
});

it('says what to run when the page is not built', async () => {
	const get = await serve(join(folder, 'none'));
	const answer = await get('/');
	expect(answer.status).toBe(503);
	expect(await answer.text()).toContain('npm run build');
});
