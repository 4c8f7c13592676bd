import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import * as Y from 'yjs';
import { newId, type PartyId, type WorkspaceId } from '#core/model/id.ts';
import { partyRoom } from '#core/protocol/room.ts';
import { MuxPeer } from './mux-peer.ts';
import { newDataDir, signIn, startRelay } from './relay.ts';

const MAIN = join(import.meta.dirname, '..', '..', 'sync-server', 'main.ts');

type Run = { child: ChildProcess; out: () => string; err: () => string; exit: Promise<number | null> };

/** Starts the relay as a person does: its own process, set up by its environment. */
function run(env: Record<string, string>, script = MAIN): Run {
	const child = spawn(process.execPath, [script], { env: { PATH: process.env.PATH ?? '', ...env } });
	let out = '';
	let err = '';
	child.stdout.on('data', (text: Buffer) => (out += text.toString()));
	child.stderr.on('data', (text: Buffer) => (err += text.toString()));
	const exit = once(child, 'exit').then(([code]) => code as number | null);
	onTestFinished(() => {
		child.kill('SIGKILL');
	});
	return { child, out: () => out, err: () => err, exit };
}

/** Waits for the line that says that it is ready; gives the address in it. */
async function ready({ child, out, err, exit }: Run): Promise<string> {
	let isOver = false;
	void exit.then(() => (isOver = true));
	while (!out().includes('asks each person a name')) {
		if (isOver) throw new Error(`ended: ${err()}`);
		await Promise.race([once(child.stdout ?? child, 'data'), exit]);
	}
	return /^Rapport listening on (http:\/\/\S+)$/m.exec(out())?.[1] ?? '';
}

it('says where it listens, that it serves this machine only, and that it asks a name', async () => {
	const relay = run({ PORT: '0', DATA_DIR: await newDataDir() });
	const url = await ready(relay);
	expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d{4,5}$/);
	expect(relay.out().split('\n')[0]).toBe(`Rapport listening on ${url}`);
	expect(relay.out()).toMatch(/one workspace, on this machine only, and asks each person a name/);
	expect((await fetch(`${url}/api/health`)).status).toBe(200);
});

it.each(['SIGTERM', 'SIGINT'] as const)(
	'4. stops on %s with what was written durable, and exits with 0',
	async (signal) => {
		const dataDir = await newDataDir();
		const first = run({ PORT: '0', DATA_DIR: dataDir });
		const url = await ready(first);
		const workspace = readFileSync(join(dataDir, 'workspace'), 'utf8').trim() as WorkspaceId;
		const room = partyRoom(workspace, newId<PartyId>());
		const alice = await signIn({ url, workspace }, 'Alice');
		const peer = await MuxPeer.connect(url, alice.headers);
		const channel = await peer.open(room, new Y.Doc());
		await channel.saved();
		channel.doc.getMap('record').set('name', 'Muster GmbH');
		await channel.saved();
		first.child.kill(signal);
		expect(await peer.end()).toEqual({ code: 1012, reason: 'shuttingDown' });
		expect(await first.exit).toBe(0);

		const again = await ready(run({ PORT: '0', DATA_DIR: dataDir }));
		const back = await MuxPeer.connect(
			again,
			(await signIn({ url: again, workspace }, 'Alice', alice)).headers
		);
		const there = await back.open(room, new Y.Doc());
		await there.saved();
		expect(there.doc.getMap('record').get('name')).toBe('Muster GmbH');
	}
);

it('4. ends with 1 and says why when its writer thread dies, and can be started again', async () => {
	const dataDir = await newDataDir();
	const relay = run({ PORT: '0', DATA_DIR: dataDir }, join(import.meta.dirname, 'mortal-relay.ts'));
	const url = await ready(relay);
	const workspace = readFileSync(join(dataDir, 'workspace'), 'utf8').trim() as WorkspaceId;
	const peer = await MuxPeer.connect(url, (await signIn({ url, workspace }, 'Alice')).headers);
	const channel = await peer.open(partyRoom(workspace, newId<PartyId>()), new Y.Doc());
	channel.doc.getMap('record').set('name', 'Muster GmbH');
	expect(await relay.exit).toBe(1);
	expect(relay.err()).toMatch(/Rapport can't go on and ends: the writer thread has ended/);
	await ready(run({ PORT: '0', DATA_DIR: dataDir }));
});

it('4. says at /api/health that its log can not be written any more', async () => {
	const relay = await startRelay({ writer: { fault: { step: 'beforeAppend', after: 1, ends: 'thread' } } });
	expect((await fetch(`${relay.url}/api/health`)).status).toBe(200);
	const alice = await MuxPeer.connect(relay.url, (await relay.signIn('Alice')).headers);
	(await alice.open(relay.newRoom())).doc.getMap('record').set('name', 'Muster GmbH');
	expect((await relay.failure).message).toBe('the writer thread has ended');
	expect((await fetch(`${relay.url}/api/health`)).status).toBe(503);
});

it('logs neither token nor cookie nor session', async () => {
	const dataDir = await newDataDir();
	const relay = run({ PORT: '0', DATA_DIR: dataDir, LOG_LEVEL: 'debug' });
	const url = await ready(relay);
	const token = readFileSync(join(dataDir, 'token'), 'utf8').trim();
	const workspace = readFileSync(join(dataDir, 'workspace'), 'utf8').trim() as WorkspaceId;
	const alice = await signIn({ url, workspace }, 'Alice');
	await fetch(`${url}/api/history/nonsense?token=${token}`);
	await fetch(`${url}/api/directory?token=${token}x`);
	await fetch(`${url}/api/directory`, { headers: { ...alice.headers, origin: 'http://evil.example' } });
	const peer = await MuxPeer.connect(url, alice.headers);
	await peer.disconnect();
	relay.child.kill('SIGTERM');
	await relay.exit;
	const cookie = alice.headers.cookie?.split('=')[1] ?? 'none';
	expect(relay.err()).toContain('request refused');
	for (const secret of [token, cookie, alice.secret]) expect(relay.err() + relay.out()).not.toContain(secret);
});

it.each<[string, Record<string, string>, RegExp]>([
	['a port that is none', { PORT: 'http' }, /PORT="http".*1 to 65535/],
	['a host beyond this machine', { HOST: '0.0.0.0' }, /HOST="0.0.0.0".*127\.0\.0\.1, ::1, localhost/],
	['an unknown log level', { LOG_LEVEL: 'loud' }, /LOG_LEVEL="loud".*debug/]
])('says what is wrong with %s', async (_what, env, message) => {
	const relay = run({ DATA_DIR: await newDataDir(), PORT: '0', ...env });
	expect(await relay.exit).toBe(1);
	expect(relay.err()).toMatch(message);
	expect(relay.err()).not.toContain('    at ');
	expect(relay.out()).toBe('');
});

it('says so when the port is in use, and leaves the folder to others', async () => {
	const blocker = createServer().listen(0, '127.0.0.1');
	await once(blocker, 'listening');
	const { port } = blocker.address() as AddressInfo;
	const dataDir = await newDataDir();
	const relay = run({ PORT: String(port), DATA_DIR: dataDir });
	expect(await relay.exit).toBe(1);
	expect(relay.err()).toContain(`PORT="${port}" can't be used: another program listens there.`);
	blocker.close();
	await ready(run({ PORT: '0', DATA_DIR: dataDir }));
});

it('says so when the folder is no folder, or in use by another relay', async () => {
	const dataDir = await newDataDir();
	writeFileSync(join(dataDir, 'file'), '');
	const wrong = run({ PORT: '0', DATA_DIR: join(dataDir, 'file') });
	expect(await wrong.exit).toBe(1);
	expect(wrong.err()).toMatch(/DATA_DIR=.*file must be a folder/);
	const first = run({ PORT: '0', DATA_DIR: dataDir });
	await ready(first);
	const second = run({ PORT: '0', DATA_DIR: dataDir });
	expect(await second.exit).toBe(1);
	expect(second.err()).toMatch(/DATA_DIR=.* is in use by another Rapport relay/);
	first.child.kill('SIGKILL');
	await first.exit;
	await ready(run({ PORT: '0', DATA_DIR: dataDir }));
	expect(existsSync(join(dataDir, 'log.db'))).toBe(true);
});
