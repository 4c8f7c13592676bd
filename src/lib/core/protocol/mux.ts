import * as decoding from 'lib0/decoding';
import * as encoding from 'lib0/encoding';
import type { MemberId, RoomName, WorkspaceId } from '../model/id.ts';
import { encodeExactly } from './exact.ts';
import { isRefusalReason, type RefusalReason } from './refusal.ts';

/**
 * The frames on the one physical WebSocket of a tab. A WebSocket message is one or more frames.
 * `channel` is the relay's number for a room, the same for all its subscribers while the relay runs,
 * so that one encoding of an update serves them all (rule 4).
 */
export type ClientFrame =
	| { kind: 'open'; request: number; room: RoomName; client: number }
	/** A stock y-websocket message. */
	| { kind: 'data'; channel: number; payload: Uint8Array }
	/** A piece of the payload that the next `data` frame of this channel completes. */
	| { kind: 'part'; channel: number; payload: Uint8Array }
	| { kind: 'close'; channel: number }
	/** From now on send `feed` frames. */
	| { kind: 'follow' }
	| { kind: 'ping'; nonce: number };

/** What the relay says of itself when a connection begins. */
export type Welcome = {
	kind: 'welcome';
	version: number;
	workspace: WorkspaceId;
	member: MemberId;
	/** Names this run of the log (rule 12); pairs with `head`. */
	incarnation: string;
	/** Highest sequence number of the log. */
	head: number;
};

export type RelayFrame =
	| Welcome
	| { kind: 'opened'; request: number; channel: number }
	| { kind: 'openRefused'; request: number; reason: RefusalReason }
	| { kind: 'data'; channel: number; payload: Uint8Array }
	| { kind: 'part'; channel: number; payload: Uint8Array }
	/**
	 * The first `count` writes (SyncStep2 and update messages) that this connection sent on the channel are durable;
	 * `seq` is the room's sequence number that includes them.
	 */
	| { kind: 'ack'; channel: number; count: number; seq: number }
	/** Write number `count` of this channel was refused and nothing of it was kept. */
	| { kind: 'refused'; channel: number; count: number; reason: RefusalReason }
	| { kind: 'closed'; channel: number; reason: RefusalReason }
	/** Whose Yjs client id this is (rule 16): the only source of names on screens. */
	| { kind: 'identity'; channel: number; client: number; member: MemberId; name: string }
	/** JSON of a FeedDelta, see messages.ts. */
	| { kind: 'feed'; json: string }
	/** JSON of a Directory, see messages.ts. */
	| { kind: 'directory'; json: string }
	| { kind: 'pong'; nonce: number };

const CLIENT = ['open', 'data', 'part', 'close', 'follow', 'ping'] as const;
const RELAY = [
	'welcome',
	'opened',
	'openRefused',
	'data',
	'part',
	'ack',
	'refused',
	'closed',
	'identity',
	'feed',
	'directory',
	'pong'
] as const;

const W = encoding.writeVarUint;
const S = encoding.writeVarString;
const B = encoding.writeVarUint8Array;
const r = decoding.readVarUint;
const s = decoding.readVarString;
/** A view into the message, not a copy. */
const b = decoding.readVarUint8Array;

/** Bytes of one client frame; concatenated frames form a message. */
export function encodeClientFrame(frame: ClientFrame): Uint8Array {
	const e = encoding.createEncoder();
	W(e, CLIENT.indexOf(frame.kind));
	switch (frame.kind) {
		case 'open':
			W(e, frame.request);
			S(e, frame.room);
			W(e, frame.client);
			break;
		case 'data':
		case 'part':
			W(e, frame.channel);
			B(e, frame.payload);
			break;
		case 'close':
			W(e, frame.channel);
			break;
		case 'follow':
			break;
		case 'ping':
			W(e, frame.nonce);
			break;
	}
	return encoding.toUint8Array(e);
}

/** Reads all frames of one message from a device. Throws on unknown or torn input; the room is not yet checked. */
export function decodeClientFrames(bytes: Uint8Array): ClientFrame[] {
	const d = decoding.createDecoder(bytes);
	const frames: ClientFrame[] = [];
	while (decoding.hasContent(d)) {
		const kind = CLIENT[r(d)];
		switch (kind) {
			case 'open':
				frames.push({ kind, request: r(d), room: s(d) as RoomName, client: r(d) });
				break;
			case 'data':
			case 'part':
				frames.push({ kind, channel: r(d), payload: b(d) });
				break;
			case 'close':
				frames.push({ kind, channel: r(d) });
				break;
			case 'follow':
				frames.push({ kind });
				break;
			case 'ping':
				frames.push({ kind, nonce: r(d) });
				break;
			default:
				throw new Error('unknown frame');
		}
	}
	return frames;
}

/** Bytes of one relay frame; concatenated frames form a message. */
export function encodeRelayFrame(frame: RelayFrame): Uint8Array {
	if (frame.kind === 'data' || frame.kind === 'part')
		return encodeExactly([RELAY.indexOf(frame.kind), frame.channel], frame.payload);
	const e = encoding.createEncoder();
	W(e, RELAY.indexOf(frame.kind));
	switch (frame.kind) {
		case 'welcome':
			W(e, frame.version);
			S(e, frame.workspace);
			S(e, frame.member);
			S(e, frame.incarnation);
			W(e, frame.head);
			break;
		case 'opened':
			W(e, frame.request);
			W(e, frame.channel);
			break;
		case 'openRefused':
			W(e, frame.request);
			S(e, frame.reason);
			break;
		case 'ack':
			W(e, frame.channel);
			W(e, frame.count);
			W(e, frame.seq);
			break;
		case 'refused':
			W(e, frame.channel);
			W(e, frame.count);
			S(e, frame.reason);
			break;
		case 'closed':
			W(e, frame.channel);
			S(e, frame.reason);
			break;
		case 'identity':
			W(e, frame.channel);
			W(e, frame.client);
			S(e, frame.member);
			S(e, frame.name);
			break;
		case 'feed':
		case 'directory':
			S(e, frame.json);
			break;
		case 'pong':
			W(e, frame.nonce);
			break;
	}
	return encoding.toUint8Array(e);
}

const reason = (d: decoding.Decoder): RefusalReason => {
	const name = s(d);
	if (!isRefusalReason(name)) throw new Error('unknown reason');
	return name;
};

/** Reads all frames of one message from the relay. Throws on unknown or torn input. */
export function decodeRelayFrames(bytes: Uint8Array): RelayFrame[] {
	const d = decoding.createDecoder(bytes);
	const frames: RelayFrame[] = [];
	while (decoding.hasContent(d)) frames.push(readRelayFrame(d));
	return frames;
}

function readRelayFrame(d: decoding.Decoder): RelayFrame {
	const kind = RELAY[r(d)];
	switch (kind) {
		case 'welcome':
			return {
				kind,
				version: r(d),
				workspace: s(d) as WorkspaceId,
				member: s(d) as MemberId,
				incarnation: s(d),
				head: r(d)
			};
		case 'opened':
			return { kind, request: r(d), channel: r(d) };
		case 'openRefused':
			return { kind, request: r(d), reason: reason(d) };
		case 'data':
		case 'part':
			return { kind, channel: r(d), payload: b(d) };
		case 'ack':
			return { kind, channel: r(d), count: r(d), seq: r(d) };
		case 'refused':
			return { kind, channel: r(d), count: r(d), reason: reason(d) };
		case 'closed':
			return { kind, channel: r(d), reason: reason(d) };
		case 'identity':
			return { kind, channel: r(d), client: r(d), member: s(d) as MemberId, name: s(d) };
		case 'feed':
		case 'directory':
			return { kind, json: s(d) };
		case 'pong':
			return { kind, nonce: r(d) };
		default:
			throw new Error('unknown frame');
	}
}
