import * as decoding from 'lib0/decoding';
import * as encoding from 'lib0/encoding';
import type { MemberId, RoomName, WorkspaceId } from '../model/id.ts';
import type { Row } from '../documents/row.ts';
import { isRefusalReason, type RefusalReason } from './refusal.ts';

/** A sequence number of the log and the incarnation it belongs to; neither means anything alone (rule 12). */
export type Position = { incarnation: string; seq: number };

/** Answer of `GET /api/workspace`, which needs no session. */
export type WorkspaceInfo = { workspace: WorkspaceId; version: number; mode: 'loopback' };

/** Body of `POST /api/session`. `secret` is made on the device, 32 random bytes in base64url; the relay keeps its hash. */
export type SessionRequest = { member: MemberId; name: string; secret: string };

/** A member as everybody may see them. */
export type DirectoryMember = { id: MemberId; name: string };
export type Directory = { version: number; members: DirectoryMember[] };

/**
 * One page of `GET /api/index?incarnation=I&since=N`: rows after feed position `since`, up to `position.seq`.
 * `reset` tells that the device's position was unknown and that all its feed rows must be replaced.
 * A row that is gone comes as its id in `gone`.
 */
export type FeedPage = { position: Position; reset: boolean; more: boolean; rows: Row[]; gone: string[] };

/** A live step of the feed. A device whose position is not `after` asks for pages instead. */
export type FeedDelta = { after: Position; position: Position; rows: Row[]; gone: string[] };

/** Body of `POST /api/pull`: what the device knows. `have` overrides `known` for single rooms. */
export type PullRequest = { known: Position | undefined; have: Map<RoomName, number> };

/** One item of the streamed answer to a pull. The stream ends with `end`; without it, it was cut off. */
export type PullItem =
	/** Updates of `room` up to `seq` that the device lacks, in the order of the log. */
	| { kind: 'room'; room: RoomName; seq: number; updates: Uint8Array[] }
	/** The relay does not know the position the device named: compare first (rule 12). */
	| { kind: 'diverged'; position: Position }
	| { kind: 'end'; position: Position };

/** Body of `POST /api/push`. `restoredFrom` names the position that the relay no longer knows (rule 12). */
export type PushRequest = {
	restoredFrom: Position | undefined;
	items: { room: RoomName; update: Uint8Array }[];
};

/** The answer to a push: one result for each item, in its order. */
export type PushResult = { state: 'saved'; seq: number } | { state: 'refused'; reason: RefusalReason };

/** Body of `POST /api/compare`: encoded Yjs snapshots (state vector and delete set) of the device's documents. */
export type CompareRequest = { items: { room: RoomName; snapshot: Uint8Array }[] };
/** For each item: what either side lacks, and the room's sequence number on the relay (0: unknown there). */
export type CompareResult = { relayLacks: boolean; deviceLacks: boolean; seq: number };

type Encoder = encoding.Encoder;
type Decoder = decoding.Decoder;

const writePosition = (e: Encoder, position: Position | undefined): void => {
	encoding.writeVarUint(e, position ? 1 : 0);
	if (!position) return;
	encoding.writeVarString(e, position.incarnation);
	encoding.writeVarUint(e, position.seq);
};

const readPosition = (d: Decoder): Position | undefined =>
	decoding.readVarUint(d) === 0
		? undefined
		: { incarnation: decoding.readVarString(d), seq: decoding.readVarUint(d) };

const readSurePosition = (d: Decoder): Position => {
	const position = readPosition(d);
	if (!position) throw new Error('position expected');
	return position;
};

const finish = <T>(d: Decoder, value: T): T => {
	if (decoding.hasContent(d)) throw new Error('bytes after the message');
	return value;
};

export function encodePullRequest(request: PullRequest): Uint8Array {
	const e = encoding.createEncoder();
	writePosition(e, request.known);
	encoding.writeVarUint(e, request.have.size);
	for (const [room, seq] of request.have) {
		encoding.writeVarString(e, room);
		encoding.writeVarUint(e, seq);
	}
	return encoding.toUint8Array(e);
}

/** Throws on malformed bytes. Room names are not checked: an unknown one matches nothing. */
export function decodePullRequest(bytes: Uint8Array): PullRequest {
	const d = decoding.createDecoder(bytes);
	const known = readPosition(d);
	const have = new Map<RoomName, number>();
	for (let left = decoding.readVarUint(d); left > 0; left--)
		have.set(decoding.readVarString(d) as RoomName, decoding.readVarUint(d));
	return finish(d, { known, have });
}

const PULL_KINDS = ['room', 'diverged', 'end'] as const;

/** One item with its length in front, so that items can be cut out of a byte stream. */
export function encodePullItem(item: PullItem): Uint8Array {
	const e = encoding.createEncoder();
	encoding.writeVarUint(e, PULL_KINDS.indexOf(item.kind));
	if (item.kind === 'room') {
		encoding.writeVarString(e, item.room);
		encoding.writeVarUint(e, item.seq);
		encoding.writeVarUint(e, item.updates.length);
		for (const update of item.updates) encoding.writeVarUint8Array(e, update);
	} else {
		writePosition(e, item.position);
	}
	const framed = encoding.createEncoder();
	encoding.writeUint32(framed, encoding.length(e));
	encoding.writeUint8Array(framed, encoding.toUint8Array(e));
	return encoding.toUint8Array(framed);
}

/** Cuts pull items out of a byte stream: feed it chunks, get the items that are complete. Throws on malformed bytes. */
export class PullReader {
	#rest = new Uint8Array(0);

	push(chunk: Uint8Array): PullItem[] {
		const all = new Uint8Array(this.#rest.length + chunk.length);
		all.set(this.#rest);
		all.set(chunk, this.#rest.length);
		const view = new DataView(all.buffer);
		const items: PullItem[] = [];
		let at = 0;
		while (all.length - at >= 4) {
			const length = view.getUint32(at, true);
			if (all.length - at - 4 < length) break;
			items.push(decodePullItem(all.slice(at + 4, at + 4 + length)));
			at += 4 + length;
		}
		this.#rest = all.slice(at);
		return items;
	}
}

function decodePullItem(bytes: Uint8Array): PullItem {
	const d = decoding.createDecoder(bytes);
	const kind = PULL_KINDS[decoding.readVarUint(d)];
	if (kind === undefined) throw new Error('unknown pull item');
	if (kind !== 'room') return finish(d, { kind, position: readSurePosition(d) });
	const room = decoding.readVarString(d) as RoomName;
	const seq = decoding.readVarUint(d);
	const updates: Uint8Array[] = [];
	for (let left = decoding.readVarUint(d); left > 0; left--) updates.push(decoding.readVarUint8Array(d));
	return finish(d, { kind, room, seq, updates });
}

export function encodePushRequest(request: PushRequest): Uint8Array {
	const e = encoding.createEncoder();
	writePosition(e, request.restoredFrom);
	writeItems(
		e,
		request.items.map(({ room, update }) => [room, update])
	);
	return encoding.toUint8Array(e);
}

/** Throws on malformed bytes; rooms and updates are not yet checked. */
export function decodePushRequest(bytes: Uint8Array): PushRequest {
	const d = decoding.createDecoder(bytes);
	const restoredFrom = readPosition(d);
	return finish(d, { restoredFrom, items: readItems(d).map(([room, update]) => ({ room, update })) });
}

export function encodePushResults(results: readonly PushResult[]): Uint8Array {
	const e = encoding.createEncoder();
	encoding.writeVarUint(e, results.length);
	for (const result of results) {
		encoding.writeVarUint(e, result.state === 'saved' ? 1 : 0);
		if (result.state === 'saved') encoding.writeVarUint(e, result.seq);
		else encoding.writeVarString(e, result.reason);
	}
	return encoding.toUint8Array(e);
}

/** Throws on malformed bytes. */
export function decodePushResults(bytes: Uint8Array): PushResult[] {
	const d = decoding.createDecoder(bytes);
	const results: PushResult[] = [];
	for (let left = decoding.readVarUint(d); left > 0; left--) {
		if (decoding.readVarUint(d) === 1) results.push({ state: 'saved', seq: decoding.readVarUint(d) });
		else {
			const reason = decoding.readVarString(d);
			if (!isRefusalReason(reason)) throw new Error('unknown reason');
			results.push({ state: 'refused', reason });
		}
	}
	return finish(d, results);
}

export function encodeCompareRequest(request: CompareRequest): Uint8Array {
	const e = encoding.createEncoder();
	writeItems(
		e,
		request.items.map(({ room, snapshot }) => [room, snapshot])
	);
	return encoding.toUint8Array(e);
}

/** Throws on malformed bytes; rooms and snapshots are not yet checked. */
export function decodeCompareRequest(bytes: Uint8Array): CompareRequest {
	const d = decoding.createDecoder(bytes);
	return finish(d, { items: readItems(d).map(([room, snapshot]) => ({ room, snapshot })) });
}

export function encodeCompareResults(results: readonly CompareResult[]): Uint8Array {
	const e = encoding.createEncoder();
	encoding.writeVarUint(e, results.length);
	for (const { relayLacks, deviceLacks, seq } of results) {
		encoding.writeVarUint(e, (relayLacks ? 1 : 0) + (deviceLacks ? 2 : 0));
		encoding.writeVarUint(e, seq);
	}
	return encoding.toUint8Array(e);
}

/** Throws on malformed bytes. */
export function decodeCompareResults(bytes: Uint8Array): CompareResult[] {
	const d = decoding.createDecoder(bytes);
	const results: CompareResult[] = [];
	for (let left = decoding.readVarUint(d); left > 0; left--) {
		const lacks = decoding.readVarUint(d);
		if (lacks > 3) throw new Error('unknown difference');
		results.push({ relayLacks: lacks % 2 === 1, deviceLacks: lacks >= 2, seq: decoding.readVarUint(d) });
	}
	return finish(d, results);
}

function writeItems(e: Encoder, items: readonly [RoomName, Uint8Array][]): void {
	encoding.writeVarUint(e, items.length);
	for (const [room, bytes] of items) {
		encoding.writeVarString(e, room);
		encoding.writeVarUint8Array(e, bytes);
	}
}

function readItems(d: Decoder): [RoomName, Uint8Array][] {
	const items: [RoomName, Uint8Array][] = [];
	for (let left = decoding.readVarUint(d); left > 0; left--)
		items.push([decoding.readVarString(d) as RoomName, decoding.readVarUint8Array(d)]);
	return items;
}
