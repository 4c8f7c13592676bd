import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import { Hono } from 'hono';
import { expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { newId, type MemberId } from '#core/model/id.ts';
import { encodePushRequest } from '#core/protocol/messages.ts';
import { ENTRANCES, HTTP_ENTRANCES } from '../../sync-server/entrances.ts';
import { assertRoutesHaveRows } from '../../sync-server/http/app.ts';
import { MuxPeer } from './mux-peer.ts';
import { signIn, startRelay, type TestRelay } from './relay.ts';

type Answer = { status: number; body: string; headers: Record<string, unknown> };

/** A plain HTTP request, which, unlike fetch, may name any Host. */
function ask(
	relay: TestRelay,
	path: string,
	{
		method = 'GET',
		headers = {},
		body
	}: { method?: string; headers?: Record<string, string>; body?: Uint8Array | string } = {}
): Promise<Answer> {
	return new Promise((resolve, reject) => {
		const request = httpRequest(`${relay.url}${path}`, { method, headers }, (response) => {
			const chunks: Buffer[] = [];
			response.on('data', (chunk: Buffer) => chunks.push(chunk));
			response.on('end', () =>
				resolve({
					status: response.statusCode ?? 0,
					body: Buffer.concat(chunks).toString(),
					headers: response.headers
				})
			);
		});
		request.on('error', reject);
		request.end(body);
	});
}

/** Tries to connect a socket; the HTTP status when there is none, else the close code and its reason. */
async function connect(
	url: string,
	headers: Record<string, string>,
	protocol: string[] = []
): Promise<{ status: number } | { code: number; reason: string }> {
	const socket = new WebSocket(url.replace('http', 'ws'), protocol, { headers });
	const refused = once(socket, 'unexpected-response').then(([, response]: unknown[]) => {
		socket.terminate();
		return { status: (response as { statusCode: number }).statusCode };
	});
	socket.on('error', () => undefined);
	const closed = once(socket, 'close').then(([code, reason]: unknown[]) => ({
		code: code as number,
		reason: String(reason)
	}));
	return Promise.race([refused, closed]);
}

const paths = (relay: TestRelay) =>
	HTTP_ENTRANCES.map((name) => {
		const { method, path } = ENTRANCES[name];
		return { name, method, path: path === '*' ? '/' : path.replace(':room{.+}', relay.newRoom()) };
	});

it('17. every route has a row, and one without stops the relay from starting', () => {
	const app = new Hono<never>();
	app.get('/api/secret', (c) => c.text('everything'));
	expect(() => assertRoutesHaveRows(app as never)).toThrow('GET /api/secret has no row');
});

it('17. what has no row is answered by nobody', async () => {
	const relay = await startRelay();
	const { headers } = await relay.signIn('Alice');
	expect((await ask(relay, '/api/unknown', { headers })).status).toBe(404);
	expect((await ask(relay, '/api/index', { method: 'DELETE', headers })).status).toBe(404);
	expect((await ask(relay, '/api/push', { headers })).status).toBe(404);
	expect((await ask(relay, '/', { method: 'POST', headers })).status).toBe(404);
});

it('20. a foreign Host is refused at every entrance, and a name that only points here is foreign', async () => {
	const relay = await startRelay();
	const { headers } = await relay.signIn('Alice');
	for (const host of [
		'evil.example',
		`evil.example:${relay.port}`,
		'127.0.0.1',
		`127.0.0.1:${relay.port + 1}`
	])
		for (const { method, path } of paths(relay)) {
			const answer = await ask(relay, path, { method, headers: { ...headers, host } });
			expect([path, host, answer.status, answer.body]).toEqual([path, host, 403, '{"refused":"wrongHost"}']);
		}
});

it('20. a foreign Origin is refused at every entrance, with a session and with the token too', async () => {
	const relay = await startRelay();
	const { headers } = await relay.signIn('Alice');
	for (const origin of [
		'https://evil.example',
		'null',
		`http://localhost:${relay.port}`,
		`https://127.0.0.1:${relay.port}`
	])
		for (const { method, path } of paths(relay)) {
			const asMember = await ask(relay, path, { method, headers: { ...headers, origin } });
			expect([path, origin, asMember.status, asMember.body]).toEqual([
				path,
				origin,
				403,
				'{"refused":"wrongOrigin"}'
			]);
			const withToken = await ask(relay, `${path}?token=${relay.token}`, { method, headers: { origin } });
			expect(withToken.status).toBe(403);
		}
});

it('20. a hostile page gets no socket: wrong Origin or Host is 403 before the upgrade', async () => {
	const relay = await startRelay();
	const { headers } = await relay.signIn('Alice');
	const mux = `${relay.url}/sync`;
	const stock = `${relay.url}/sync/${relay.newRoom()}?token=${relay.token}`;
	for (const url of [mux, stock]) {
		expect(await connect(url, { ...headers, origin: 'https://evil.example' })).toEqual({ status: 403 });
		expect(await connect(url, { ...headers, host: 'evil.example' })).toEqual({ status: 403 });
	}
});

it('20. a cross-site request without an Origin is known by Sec-Fetch-Site', async () => {
	const relay = await startRelay();
	const { cookie = '' } = (await relay.signIn('Alice')).headers;
	const get = (site: string) => ask(relay, '/api/directory', { headers: { cookie, 'sec-fetch-site': site } });
	expect((await get('same-origin')).status).toBe(200);
	expect((await get('cross-site')).body).toBe('{"refused":"wrongOrigin"}');
	expect((await get('same-site')).status).toBe(403);
	// A link on another site may open the page, and nothing else.
	const page = await ask(relay, '/', {
		headers: { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' }
	});
	expect(page.status).toBe(503);
	expect(page.body).toContain('npm run build');
});

it('20. a script without an Origin needs the token to change anything or to connect', async () => {
	const relay = await startRelay();
	const { cookie = '' } = (await relay.signIn('Alice')).headers;
	const body = encodePushRequest({ restoredFrom: undefined, items: [] });
	const push = (headers: Record<string, string>, query = '') =>
		ask(relay, `/api/push${query}`, { method: 'POST', headers, body });
	expect((await push({ cookie })).body).toBe('{"refused":"noSession"}');
	expect((await push({})).status).toBe(401);
	expect((await push({}, `?token=${relay.token}`)).status).toBe(200);
	expect((await push({ authorization: `Bearer ${relay.token}` })).status).toBe(200);
	expect((await push({ authorization: 'Bearer wrong' })).status).toBe(401);
	expect(await connect(`${relay.url}/sync`, { cookie }, ['rapport-mux.v1'])).toEqual({
		code: 4401,
		reason: 'noSession'
	});
});

it('17. without a session only health, workspace, session and page answer', async () => {
	const relay = await startRelay();
	for (const { name, method, path } of paths(relay)) {
		const answer = await ask(relay, path, { method, headers: { origin: relay.url } });
		if (ENTRANCES[name].who === 'member')
			expect([name, answer.body]).toEqual([name, '{"refused":"noSession"}']);
		else expect(answer.status).not.toBe(401);
	}
	expect(await connect(`${relay.url}/sync`, { origin: relay.url }, ['rapport-mux.v1'])).toEqual({
		code: 4401,
		reason: 'noSession'
	});
});

it('17. an unknown wire version is told so by name', async () => {
	const relay = await startRelay();
	const { headers } = await relay.signIn('Alice');
	expect(await connect(`${relay.url}/sync`, headers)).toEqual({ code: 4426, reason: 'oldClient' });
});

it("17. one member can not reach what is another one's own, by no entrance", async () => {
	const relay = await startRelay();
	const { headers } = await relay.signIn('Alice');
	const foreign = `${relay.workspace}/member/${newId<MemberId>()}` as ReturnType<TestRelay['newRoom']>;
	expect((await ask(relay, `/api/history/${foreign}`, { headers })).body).toBe('{"refused":"notAllowed"}');
	const alice = await MuxPeer.connect(relay.url, headers);
	await expect(alice.open(foreign)).rejects.toThrow('notAllowed');
});

it('20. a session is a cookie that scripts can not read and other sites do not send', async () => {
	const relay = await startRelay();
	const body = JSON.stringify({ member: newId<MemberId>(), name: 'Alice', secret: 's'.repeat(43) });
	const answer = await ask(relay, '/api/session', { method: 'POST', headers: { origin: relay.url }, body });
	expect(answer.status).toBe(200);
	const [cookie = ''] = answer.headers['set-cookie'] as string[];
	expect(cookie).toMatch(new RegExp(`^rapport_${relay.workspace.slice(0, 8)}=[\\w-]{43};`));
	for (const part of ['HttpOnly', 'SameSite=Strict', 'Path=/']) expect(cookie).toContain(part);
});

it('20. a known member with another secret is refused', async () => {
	const relay = await startRelay();
	const alice = await relay.signIn('Alice');
	await signIn(relay, 'Alice', alice);
	await expect(signIn(relay, 'Alice', { ...alice, secret: 'x'.repeat(43) })).rejects.toThrow('memberTaken');
});

it.each([
	['no JSON', '{'],
	['no member', JSON.stringify({ name: 'Alice', secret: 's'.repeat(43) })],
	['a short secret', JSON.stringify({ member: newId(), name: 'Alice', secret: 'short' })],
	['a name that nobody can see', JSON.stringify({ member: newId(), name: '\u200B', secret: 's'.repeat(43) })]
])('20. a wish for a session with %s is malformed', async (_what, body) => {
	const relay = await startRelay();
	const answer = await ask(relay, '/api/session', { method: 'POST', headers: { origin: relay.url }, body });
	expect([answer.status, answer.body]).toEqual([400, '{"refused":"malformed"}']);
});

it('20. who tries sessions without end is told to slow down', async () => {
	const relay = await startRelay({ sessionsPerMinute: 5 });
	const attempt = () =>
		ask(relay, '/api/session', { method: 'POST', headers: { origin: relay.url }, body: '{' });
	for (let times = 0; times < 5; times++) expect((await attempt()).status).toBe(400);
	expect((await attempt()).body).toBe('{"refused":"tooFast"}');
});

it('32. every answer forbids what it does not need', async () => {
	const relay = await startRelay();
	for (const path of ['/', '/api/health', '/api/unknown', '/_app/immutable/missing.js']) {
		const { headers } = await ask(relay, path);
		expect(headers['x-content-type-options']).toBe('nosniff');
		expect(headers['x-frame-options']).toBe('DENY');
		expect(headers['referrer-policy']).toBe('no-referrer');
		expect(headers['access-control-allow-origin']).toBeUndefined();
	}
	const health = await ask(relay, '/api/health');
	expect(health.headers['cache-control']).toBe('no-store');
	expect(health.headers['content-security-policy']).toContain("default-src 'none'");
});
