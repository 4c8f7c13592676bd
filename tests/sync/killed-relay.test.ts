import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import * as Y from 'yjs';
import { newId, type MemberId, type PartyId, type WorkspaceId } from '#core/model/id.ts';
import { partyRoom } from '#core/protocol/room.ts';
import { beginSession } from '../../src/lib/sync/session.ts';
import { ReadLog } from '../../sync-server/log/read-log.ts';
import type { FaultStep } from '../../sync-server/rooms/writer.ts';
import { Device, until } from './device.ts';

const ROUNDS = Number(process.env.SIGKILL_ROUNDS ?? 2);
const STEPS: FaultStep[] = ['beforeAppend', 'afterAppend', 'afterCommit', 'inCompaction'];
const DOCUMENTS = 4;

type Running = { child: ChildProcess; url: string; workspace: WorkspaceId };

async function startRelay(dataDir: string, port: string, ...fault: string[]): Promise<Running> {
	const child = spawn(
		process.execPath,
		[join(import.meta.dirname, 'faulty-relay.ts'), dataDir, port, ...fault],
		{ stdio: ['ignore', 'pipe', 'inherit'] }
	);
	const [line] = (await once(child.stdout as NodeJS.ReadableStream, 'data')) as [Buffer];
	return { child, ...(JSON.parse(line.toString()) as Omit<Running, 'child'>) };
}

/** A session as a browser has it: the cookie of the relay's answer. */
async function cookieOf(url: string, member: MemberId): Promise<string> {
	let cookie = '';
	const fetchWithOrigin: typeof fetch = async (input, init) => {
		const response = await fetch(input, { ...init, headers: { ...init?.headers, origin: url } });
		cookie = response.headers.get('set-cookie')?.split(';')[0] ?? cookie;
		return response;
	};
	const answer = await beginSession(
		{ base: url, fetch: fetchWithOrigin },
		{ member, name: 'Alice', secret: randomBytes(32).toString('base64url') }
	);
	expect(answer.state).toBe('ok');
	return cookie;
}

describe.each(STEPS)('the relay is killed %s, under load of a device', (step) => {
	for (let round = 1; round <= ROUNDS; round++)
		it(`25. what the device was shown as saved is on disk, and all of it comes through (round ${round} of ${ROUNDS})`, async () => {
			const dataDir = mkdtempSync(join(tmpdir(), 'rapport-killed-relay-'));
			const after = step === 'inCompaction' ? 1 + (round % 2) : 80 + round * 17;
			const doomed = await startRelay(dataDir, '0', step, String(after));
			const member = newId<MemberId>();
			const cookie = await cookieOf(doomed.url, member);
			const { workspace } = doomed;
			const url = `${doomed.url.replace('http', 'ws')}/sync`;
			const device = new Device({ member, name: 'Alice', cookie, workspace }, url);
			const documents = Array.from({ length: DOCUMENTS }, () => {
				const room = partyRoom(workspace, newId<PartyId>());
				return { room, ...device.open(room) };
			});
			let isAlive = true;
			const killed = once(doomed.child, 'exit').then(([, signal]) => {
				isAlive = false;
				expect(signal).toBe('SIGKILL');
			});
			// Update number n writes the key of that number, so that what is settled can be looked up.
			while (isAlive) {
				for (const { record, log } of documents) record.set(`k${log.last + 1}`, 'x'.repeat(300));
				await new Promise((resolve) => setTimeout(resolve, 1));
			}
			await killed;
			await until('the device has noticed', () => documents.every(({ is }) => is('offline')));
			const reader = new ReadLog(join(dataDir, 'log.db'));
			let settled = 0;
			for (const { room, log } of documents) {
				const doc = new Y.Doc();
				for (const update of reader.content(room).updates) Y.applyUpdate(doc, update);
				for (let n = 1; n <= log.settled; n++)
					expect(doc.getMap('record').has(`k${n}`), `${room} k${n}`).toBe(true);
				settled += log.settled;
			}
			reader.close();
			expect(settled).toBeGreaterThan(0);

			const again = await startRelay(dataDir, new URL(doomed.url).port);
			await until('all is saved', () => documents.every(({ is }) => is('saved')), 30_000);
			for (const { log } of documents) expect(log.settled).toBe(log.last);
			device.close();
			again.child.kill('SIGKILL');
			await once(again.child, 'exit');
			rmSync(dataDir, { recursive: true });
		});
});
