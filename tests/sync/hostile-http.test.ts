import { connect } from 'node:net';
import { expect, it } from 'vitest';
import { startRelay, type TestRelay } from './relay.ts';

/** Sends bytes as they are and gives the first line of the answer; '' when the relay just hangs up. */
function firstLine(relay: TestRelay, request: string): Promise<string> {
	return new Promise((resolve) => {
		const socket = connect(relay.port, '127.0.0.1');
		let heard = '';
		socket.on('data', (bytes) => {
			heard += bytes.toString('latin1');
			if (heard.includes('\r\n')) socket.destroy();
		});
		socket.on('error', () => socket.destroy());
		socket.on('close', () => resolve(heard.split('\r\n')[0] ?? ''));
		socket.write(request);
	});
}

const UPGRADE =
	'Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n';

it.each<[string, (host: string, token: string) => string, RegExp]>([
	['an upgrade at no address', (host) => `GET //[ HTTP/1.1\r\nHost: ${host}\r\n${UPGRADE}\r\n`, / 400 /],
	['the same from a foreign page', () => `GET //[ HTTP/1.1\r\nHost: evil\r\n${UPGRADE}\r\n`, / 400 /],
	[
		'an upgrade to something else',
		(host) => `GET / HTTP/1.1\r\nHost: ${host}\r\n${UPGRADE.replace('websocket', 'h2c')}\r\n`,
		/ 404 /
	],
	['an address that is none', (host) => `GET http://[/ HTTP/1.1\r\nHost: ${host}\r\n\r\n`, / 400 /],
	['CONNECT', (host) => `CONNECT evil:80 HTTP/1.1\r\nHost: ${host}\r\n\r\n`, /^$/],
	['TRACE', (host) => `TRACE / HTTP/1.1\r\nHost: ${host}\r\n\r\n`, / 404 /],
	['no HTTP at all', () => '\x00\x01\x02\r\n\r\n', / 400 /],
	[
		'a body that is longer than allowed',
		(host, token) =>
			`POST /api/push HTTP/1.1\r\nHost: ${host}\r\nAuthorization: Bearer ${token}\r\nContent-Length: 100000000\r\n\r\n`,
		/ 413 /
	],
	[
		'a room with a broken escape',
		(host, token) =>
			`GET /api/history/%zz HTTP/1.1\r\nHost: ${host}\r\nAuthorization: Bearer ${token}\r\n\r\n`,
		/ 404 /
	]
])('20. %s is answered and harms nobody', async (_what, request, answer) => {
	const relay = await startRelay();
	expect(await firstLine(relay, request(`127.0.0.1:${relay.port}`, relay.token))).toMatch(answer);
	expect((await fetch(`${relay.url}/api/health`)).status).toBe(200);
});
