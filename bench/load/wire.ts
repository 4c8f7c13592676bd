import * as decoding from 'lib0/decoding';
import * as encoding from 'lib0/encoding';
import type { RoomName } from '#core/model/id.ts';
import { decodeRelayFrames, encodeClientFrame } from '#core/protocol/mux.ts';
import { MUX_SUBPROTOCOL } from '#core/protocol/version.ts';

/** How a relay under test is spoken to. */
export type WireKind = 'stock' | 'mux' | 'hocuspocus' | 'y-websocket';
export type Endpoint = { kind: WireKind; url: string; token: string };

/** What came in for one client. */
export type Incoming =
	| { kind: 'ready' }
	| { kind: 'y'; bytes: Uint8Array }
	| { kind: 'ack'; count: number }
	| { kind: 'refused'; reason: string };

/** One client's side of one connection to one room: bytes to what they mean and back. Not shared between clients. */
export type Wire = {
	address: string;
	protocols: string[];
	/** What to send when the socket is open. */
	hello: () => Uint8Array[];
	wrap: (message: Uint8Array) => Uint8Array;
	read: (bytes: Buffer) => Incoming[];
	/** True when `hello` must be answered with `ready` before anything is sent. */
	waits: boolean;
};

const HOCUSPOCUS = { sync: 0, auth: 2, syncReply: 4 };

export function wireTo(endpoint: Endpoint, room: RoomName, client: number): Wire {
	switch (endpoint.kind) {
		case 'stock':
			return stock(`${endpoint.url}/sync/${room}?token=${endpoint.token}`);
		case 'y-websocket':
			return stock(`${endpoint.url}/${room}`);
		case 'hocuspocus':
			return hocuspocus(endpoint.url, room);
		case 'mux':
			return mux(endpoint, room, client);
	}
}

const stock = (address: string): Wire => ({
	address,
	protocols: [],
	hello: () => [],
	wrap: (message) => message,
	read: (bytes) => [{ kind: 'y', bytes }],
	waits: false
});

/** Stock messages with the document's name in front, after a message of authentication. */
function hocuspocus(address: string, room: RoomName): Wire {
	const name = encoding.createEncoder();
	encoding.writeVarString(name, room);
	const prefix = encoding.toUint8Array(name);
	const auth = encoding.createEncoder();
	encoding.writeVarString(auth, room);
	encoding.writeVarUint(auth, HOCUSPOCUS.auth);
	encoding.writeVarUint(auth, 0);
	encoding.writeVarString(auth, 'none');
	return {
		address,
		protocols: [],
		hello: () => [encoding.toUint8Array(auth)],
		wrap: (message) => Buffer.concat([prefix, message]),
		read: (bytes) => {
			const message = bytes.subarray(prefix.length);
			if (message[0] === HOCUSPOCUS.auth) return message[1] === 2 ? [{ kind: 'ready' }] : refused('auth');
			// "Reply" differs from "sync" only in asking for no answer.
			if (message[0] === HOCUSPOCUS.syncReply) message[0] = HOCUSPOCUS.sync;
			return [{ kind: 'y', bytes: message }];
		},
		waits: true
	};
}

const refused = (reason: string): Incoming[] => [{ kind: 'refused', reason }];

function mux(endpoint: Endpoint, room: RoomName, client: number): Wire {
	let channel = -1;
	const parts: Uint8Array[] = [];
	return {
		address: `${endpoint.url}/sync?token=${endpoint.token}`,
		protocols: [MUX_SUBPROTOCOL],
		hello: () => [encodeClientFrame({ kind: 'open', request: 1, room, client })],
		wrap: (payload) => encodeClientFrame({ kind: 'data', channel, payload }),
		read: (bytes) =>
			decodeRelayFrames(bytes).flatMap((frame): Incoming[] => {
				switch (frame.kind) {
					case 'opened':
						channel = frame.channel;
						return [{ kind: 'ready' }];
					case 'part':
						parts.push(frame.payload.slice());
						return [];
					case 'data':
						return [{ kind: 'y', bytes: Buffer.concat([...parts.splice(0), frame.payload]) }];
					case 'ack':
						return [{ kind: 'ack', count: frame.count }];
					case 'openRefused':
					case 'refused':
					case 'closed':
						return refused(frame.reason);
					default:
						return [];
				}
			}),
		waits: true
	};
}

/** The kind of a stock message: [0,0] step 1, [0,1] step 2, [0,2] update, [1] awareness. */
export function readStock(bytes: Uint8Array): {
	type: 'step1' | 'step2' | 'update' | 'other';
	body: Uint8Array;
} {
	if (bytes[0] !== 0) return { type: 'other', body: bytes };
	const decoder = decoding.createDecoder(bytes);
	decoding.readVarUint(decoder);
	const type = (['step1', 'step2', 'update'] as const)[decoding.readVarUint(decoder)];
	return type ? { type, body: decoding.readVarUint8Array(decoder) } : { type: 'other', body: bytes };
}
