import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { WebsocketProvider } from 'y-websocket';
import * as Y from 'yjs';
import { newId, type PartyId, type WorkspaceId } from '#core/model/id.ts';
import { partyRoom } from '#core/protocol/room.ts';
import { SYNC_PATH } from '#core/protocol/version.ts';
import { createRelay } from '../../sync-server/server.ts';

/** How a stay went. `reconnects` counts beyond the first connection. */
export type Stay = { minutes: number; reconnects: number; seen: number; heard: number; isPresent: boolean };

type Address = { url: string; token: string; workspace: WorkspaceId };

/**
 * An unmodified y-websocket client joins a room by token and stays: alone for the first half, which is when its
 * watchdog would fire, then with a second one. Each edits once a second and looks whether the other sees it.
 */
export async function stay({ url, token, workspace }: Address, minutes: number): Promise<Stay> {
	const room = partyRoom(workspace, newId<PartyId>());
	const join = (doc: Y.Doc) =>
		new WebsocketProvider(`${url.replace('http', 'ws')}${SYNC_PATH}`, room, doc, {
			params: { token },
			disableBc: true,
			WebSocketPolyfill: WebSocket as unknown as typeof globalThis.WebSocket
		});
	const doc = new Y.Doc();
	const provider = join(doc);
	let connections = 0;
	provider.on('status', ({ status }) => {
		if (status === 'connected') connections++;
	});
	const half = (minutes * 60_000) / 2;
	await wait(half);

	const otherDoc = new Y.Doc();
	const other = join(otherDoc);
	other.awareness.setLocalState({ place: 'record' });
	let [seen, heard] = [0, 0];
	for (const end = Date.now() + half; Date.now() < end;) {
		const value = String(Date.now());
		doc.getMap('record').set('remarks', value);
		otherDoc.getMap('record').set('number', value);
		await wait(1_000);
		if (otherDoc.getMap('record').get('remarks') === value) seen++;
		if (doc.getMap('record').get('number') === value) heard++;
	}
	const isPresent =
		provider.awareness.getStates().has(otherDoc.clientID) && other.awareness.getStates().has(doc.clientID);
	provider.destroy();
	other.destroy();
	return { minutes, reconnects: connections - 1, seen, heard, isPresent };
}

/** `node tests/soak/stock-client.ts`: five minutes (MINUTES) on a relay of its own. */
async function main(): Promise<void> {
	const dataDir = mkdtempSync(join(tmpdir(), 'rapport-stay-'));
	const relay = await createRelay({ dataDir });
	const minutes = Number(process.env.MINUTES ?? 5);
	console.log(`A stock y-websocket client stays at ${relay.url} for ${minutes} minutes ...`);
	const { reconnects, seen, heard, isPresent } = await stay(relay, minutes);
	console.log(
		`reconnects ${reconnects}, own edits seen by the other ${seen}, edits of the other seen ${heard}`
	);
	console.log(`each sees the other's presence: ${isPresent ? 'yes' : 'no'}`);
	await relay.close();
	rmSync(dataDir, { recursive: true });
	process.exit(reconnects === 0 && seen > 0 && heard > 0 && isPresent ? 0 : 1);
}

if (import.meta.main) await main();
