import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from './story.ts';

test('20. a hostile page that connects to the port learns nothing and changes nothing', async ({
	join,
	relay
}) => {
	const alice = await join('Alice Ahrens');
	await alice.createParty('Geheim GmbH');
	await expect(alice.syncState).toHaveAccessibleName('Sync state: saved');
	const server = createServer((_, response) => response.end('<!doctype html><title>Gewinnspiel</title>'));
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const { port } = server.address() as AddressInfo;
	// The same browser, with Alice's cookie in it, as any page on the web would find it.
	const page = await alice.newTab(`http://localhost:${port}/`);
	const loot = await page.evaluate(async (url) => {
		const tried: Record<string, string> = {};
		for (const [name, path, init] of [
			['index', '/api/index', { credentials: 'include' }],
			['index without cors', '/api/index', { credentials: 'include', mode: 'no-cors' }],
			['directory', '/api/directory', { credentials: 'include' }],
			['push', '/api/push', { method: 'POST', credentials: 'include', body: 'x' }],
			['session', '/api/session', { method: 'POST', body: '{}' }]
		] as const) {
			try {
				const response = await fetch(url + path, init);
				tried[name] = `${response.type} ${response.status} ${(await response.text()).length}`;
			} catch (error) {
				tried[name] = error instanceof TypeError ? 'blocked' : String(error);
			}
		}
		for (const [name, protocols] of [
			['mux', ['rapport-mux.v1']],
			['stock', []]
		] as const)
			tried[name] = await new Promise((resolve) => {
				const socket = new WebSocket(`${url.replace('http', 'ws')}/sync`, [...protocols]);
				socket.onmessage = () => resolve('got a message');
				socket.onclose = () => resolve('refused');
			});
		return tried;
	}, relay.url);
	expect(loot).toEqual({
		index: 'blocked',
		'index without cors': 'blocked',
		directory: 'blocked',
		push: 'blocked',
		session: 'blocked',
		mux: 'refused',
		stock: 'refused'
	});
	server.close();
});
