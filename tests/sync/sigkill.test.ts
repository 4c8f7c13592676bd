import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import * as Y from 'yjs';
import { newId, type RoomName, type WorkspaceId } from '#core/model/id.ts';
import { Log } from '../../sync-server/log/log.ts';
import { ReadLog } from '../../sync-server/log/read-log.ts';
import type { FaultStep } from '../../sync-server/rooms/writer.ts';

const ROUNDS = Number(process.env.SIGKILL_ROUNDS ?? 4);
const STEPS: FaultStep[] = ['beforeAppend', 'afterAppend', 'afterCommit', 'inCompaction'];

/** Runs the load until it kills itself at `step`; returns what it had acknowledged. */
async function runUntilKilled(path: string, step: FaultStep, after: number): Promise<[RoomName, string][]> {
	const child = spawn(
		process.execPath,
		[join(import.meta.dirname, 'killed-writer.ts'), path, newId<WorkspaceId>(), step, String(after)],
		{ stdio: ['ignore', 'pipe', 'pipe'] }
	);
	let out = '';
	let errors = '';
	child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
	child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
	const [, signal] = (await once(child, 'close')) as [number | null, string | null];
	expect(signal, errors).toBe('SIGKILL');
	// A last line that was cut off in the middle was never completely said.
	const lines = out.slice(0, out.lastIndexOf('\n') + 1).split('\n');
	return lines.filter(Boolean).map((line) => line.split(' ') as [RoomName, string]);
}

describe.each(STEPS)('SIGKILL %s', (step) => {
	for (let round = 1; round <= ROUNDS; round++)
		it(`4. no acknowledged update is missing (round ${round} of ${ROUNDS})`, async () => {
			const folder = mkdtempSync(join(tmpdir(), 'rapport-sigkill-'));
			const path = join(folder, 'log.db');
			const after = step === 'inCompaction' ? 1 + (round % 3) : 60 + round * 13;
			const acknowledged = await runUntilKilled(path, step, after);
			expect(acknowledged.length).toBeGreaterThan(0);
			const log = new Log(path, Date.now());
			const reader = new ReadLog(path);
			const documents = new Map<RoomName, Y.Doc>();
			for (const [room, key] of acknowledged) {
				let doc = documents.get(room);
				if (!doc) {
					doc = new Y.Doc();
					for (const update of reader.content(room).updates) Y.applyUpdate(doc, update);
					expect(doc.store.pendingStructs).toBeNull();
					documents.set(room, doc);
				}
				expect(doc.getMap('record').has(key), `${room} ${key}`).toBe(true);
			}
			reader.close();
			log.close();
			rmSync(folder, { recursive: true });
		});
});
