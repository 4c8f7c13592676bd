import { onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import { WebsocketProvider } from 'y-websocket';
import * as Y from 'yjs';
import type { RoomName } from '#core/model/id.ts';
import { SYNC_PATH } from '#core/protocol/version.ts';
import { eventually } from './eventually.ts';

/** An unmodified y-websocket provider in Node, as a script would use it, and what it went through. */
export type StockPeer = {
	doc: Y.Doc;
	provider: WebsocketProvider;
	/** How often it connected. */
	connections: () => number;
	/** With which code the relay closed it for good. */
	closed: () => number | undefined;
	synced: () => Promise<void>;
};

/** Joins a room by token, or with the headers of a member's session. */
export function joinStock(
	relay: { url: string; token: string },
	room: RoomName,
	options: { doc?: Y.Doc; headers?: Record<string, string>; token?: string } = {}
): StockPeer {
	const doc = options.doc ?? new Y.Doc();
	const { headers } = options;
	class WithHeaders extends WebSocket {
		constructor(url: string, protocols: string[]) {
			super(url, protocols, headers ? { headers } : {});
		}
	}
	let connections = 0;
	let closed: number | undefined;
	const provider = new WebsocketProvider(`${relay.url.replace('http', 'ws')}${SYNC_PATH}`, room, doc, {
		params: headers ? {} : { token: options.token ?? relay.token },
		disableBc: true,
		WebSocketPolyfill: WithHeaders as unknown as typeof globalThis.WebSocket
	});
	provider.on('status', ({ status }) => {
		if (status === 'connected') connections++;
	});
	provider.on('closed', ({ code }) => {
		closed = code;
	});
	onTestFinished(() => provider.destroy());
	return {
		doc,
		provider,
		connections: () => connections,
		closed: () => closed,
		synced: () => eventually(() => provider.synced, 'a synced stock client')
	};
}
