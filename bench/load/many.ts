import { WebSocket } from 'ws';
import * as Y from 'yjs';
import type { RoomName } from '#core/model/id.ts';
import { decodeRelayFrames, encodeClientFrame } from '#core/protocol/mux.ts';
import { MUX_SUBPROTOCOL } from '#core/protocol/version.ts';
import { encodeYMessage } from '#core/protocol/y-message.ts';
import { readStock, type Endpoint } from './wire.ts';

export type ManyScenario = { kind: 'many'; endpoint: Endpoint; rooms: RoomName[]; stay: boolean };

const EMPTY = Y.encodeStateVector(new Y.Doc());

/** Opens all rooms over one mux link, as one tab would; ms until the last one's content is there. */
export async function runMany({ endpoint, rooms, stay }: ManyScenario): Promise<{ allMs: number }> {
	const start = performance.now();
	const socket = new WebSocket(`${endpoint.url}/sync?token=${endpoint.token}`, [MUX_SUBPROTOCOL], {
		perMessageDeflate: false
	});
	const open = new Set<number>();
	const { promise, resolve, reject } = Promise.withResolvers<undefined>();
	let synced = 0;
	socket.on('error', reject);
	socket.on('close', (code) => reject(new Error(`closed: ${code}`)));
	socket.on('open', () => {
		for (const [request, room] of rooms.entries())
			socket.send(
				encodeClientFrame({ kind: 'open', request, room, client: Math.floor(Math.random() * 2 ** 32) })
			);
	});
	socket.on('message', (bytes: Buffer) => {
		for (const frame of decodeRelayFrames(bytes)) {
			if (frame.kind === 'opened') {
				open.add(frame.channel);
				const payload = encodeYMessage({ type: 'step1', stateVector: EMPTY });
				socket.send(encodeClientFrame({ kind: 'data', channel: frame.channel, payload }));
			}
			if (frame.kind === 'openRefused' || frame.kind === 'closed') reject(new Error(frame.reason));
			if (frame.kind === 'data' && readStock(frame.payload).type === 'step2' && ++synced === rooms.length)
				resolve(undefined);
		}
	});
	await promise;
	const allMs = performance.now() - start;
	if (open.size !== rooms.length) throw new Error(`${open.size} of ${rooms.length} channels were opened`);
	if (!stay) socket.terminate();
	return { allMs };
}
