import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { WebsocketProvider } from 'y-websocket';
import * as Y from 'yjs';
import { newId, type PartyId, type WorkspaceId } from '#core/model/id.ts';
import { partyRoom } from '#core/protocol/room.ts';
import { startRelay, type Relay } from '../e2e/relay.ts';

// Hours of joins and leaves: what they take from the relay must come back. SOAK_MINUTES by environment.
const MINUTES = Number(process.env.SOAK_MINUTES ?? 60);
const PARTIES = 200;
const AT_ONCE = 40;

let relay: Relay;
let workspace: WorkspaceId;
let token: string;

beforeAll(async () => {
	relay = await startRelay();
	token = await relay.token();
	const answer = await fetch(`${relay.url}/api/workspace`);
	({ workspace } = (await answer.json()) as { workspace: WorkspaceId });
});
afterAll(() => relay.dispose());

const openFiles = (): number => readdirSync(`/proc/${relay.pid}/fd`).length;
const megabytes = (): number =>
	Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${relay.pid}/status`, 'utf8'))?.[1]) / 1024;

/** One colleague comes, writes a line into a party, hears that it came back, and goes. */
async function visit(party: PartyId, line: string): Promise<void> {
	const alice = new Y.Doc();
	const bob = new Y.Doc();
	const room = partyRoom(workspace, party);
	const connect = (doc: Y.Doc): WebsocketProvider =>
		new WebsocketProvider(`${relay.url.replace('http', 'ws')}/sync`, room, doc, {
			params: { token },
			WebSocketPolyfill: WebSocket as unknown as typeof globalThis.WebSocket,
			disableBc: true
		});
	const providers = [connect(alice), connect(bob)];
	alice.getMap('record').set('remarks', line);
	await new Promise<void>((resolve) => {
		const record = bob.getMap('record');
		const look = (): void => {
			if (record.get('remarks') === line) resolve();
		};
		record.observe(look);
		look();
	});
	for (const provider of providers) provider.destroy();
	alice.destroy();
	bob.destroy();
}

it('joins and leaves for an hour leave nothing behind: memory and open files return to where they were', async () => {
	const parties = Array.from({ length: PARTIES }, () => newId<PartyId>());
	const until = Date.now() + MINUTES * 60_000;
	const warmUntil = Date.now() + (MINUTES * 60_000) / 5;
	let visits = 0;
	let warm: { files: number; memory: number } | undefined;
	const colleague = async (number: number): Promise<void> => {
		while (Date.now() < until) {
			const party = parties[(visits + number) % PARTIES];
			if (party) await visit(party, `Besuch ${++visits}`);
			if (!warm && Date.now() > warmUntil) {
				warm = { files: openFiles(), memory: megabytes() };
				console.log('warm after', visits, 'visits:', warm);
			}
		}
	};
	await Promise.all(Array.from({ length: AT_ONCE }, (_, number) => colleague(number)));
	// Rooms written last are let go after a minute.
	await pause(90_000);
	const after = { files: openFiles(), memory: megabytes() };
	console.log(visits, 'visits, at the end:', after);
	expect(warm).toBeDefined();
	expect(after.files).toBeLessThanOrEqual(warm?.files ?? 0);
	expect(after.memory).toBeLessThan((warm?.memory ?? 0) * 1.2);
});
