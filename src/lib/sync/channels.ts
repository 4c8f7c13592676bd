import type { RoomName } from '#core/model/id.ts';
import { encodeClientFrame, type RelayFrame } from '#core/protocol/mux.ts';
import { isPassing, REFUSALS, type RefusalReason } from '#core/protocol/refusal.ts';
import { WireError, type Connection } from './connection.ts';
import type { Identity } from './document-state.ts';
import { PartAssembly } from './part-assembly.ts';

/** Close code of a virtual socket that may simply be opened again. */
export const LINE_LOST = 1006;
export const TRY_AGAIN = 1013;

/** One virtual socket, as the link sees it. */
export type Line = {
	readonly room: RoomName;
	/** The Yjs client id that is claimed when the channel opens (rule 14). */
	readonly client: number;
	opened(): void;
	/** A stock message; a view that is valid during the call only. */
	receive(payload: Uint8Array): void;
	/** The first `count` writes are durable. */
	acknowledged(count: number, seq: number): void;
	/** Write number `count` was not kept. */
	refused(count: number, reason: RefusalReason): void;
	named(client: number, identity: Identity): void;
	/** Now and then while the connection is alive. */
	tick(): void;
	/** The line is over; `reason` only when the relay gave one. */
	ended(code: number, reason: RefusalReason | undefined): void;
};

/** What the link keeps account of; called before the line itself hears it. */
export type ChannelEvents = {
	opened(line: Line): void;
	acknowledged(line: Line): void;
	refused(line: Line, reason: RefusalReason): void;
	ended(line: Line, reason: RefusalReason): void;
};

type Request = { line: Line; stage: 'asked' | 'given up' };
type Channel = { line: Line; parts: PartAssembly };

/**
 * The channels of one physical connection. The relay numbers channels by room, so a room can be open once at a time:
 * a second line for it waits until the first one's close frame is on the wire.
 */
export class Channels {
	readonly #connection: Connection;
	readonly #events: ChannelEvents;
	readonly #requests = new Map<number, Request>();
	readonly #channels = new Map<number, Channel>();
	readonly #numbers = new Map<Line, number>();
	readonly #closing = new Map<number, RoomName>();
	readonly #busy = new Set<RoomName>();
	readonly #waiting: Line[] = [];
	#request = 0;

	constructor(connection: Connection, events: ChannelEvents) {
		this.#connection = connection;
		this.#events = events;
	}

	/** The lines that are open now. */
	get open(): Iterable<Line> {
		return this.#numbers.keys();
	}

	/** Asks for a channel, at once or when the room is free. */
	ask(line: Line): void {
		if (this.#busy.has(line.room)) {
			this.#waiting.push(line);
			return;
		}
		this.#busy.add(line.room);
		const request = ++this.#request;
		this.#requests.set(request, { line, stage: 'asked' });
		const { room, client } = line;
		this.#connection.control(encodeClientFrame({ kind: 'open', request, room, client }));
	}

	/** Sends a stock message on an open line; nothing when it is not open. */
	send(line: Line, payload: Uint8Array, lossy: boolean): void {
		const channel = this.#numbers.get(line);
		if (channel !== undefined) this.#connection.data(channel, payload, lossy);
	}

	/** The line's own end; it hears nothing more. */
	leave(line: Line): void {
		const waiting = this.#waiting.indexOf(line);
		if (waiting >= 0) this.#waiting.splice(waiting, 1);
		for (const request of this.#requests.values()) if (request.line === line) request.stage = 'given up';
		const channel = this.#numbers.get(line);
		if (channel !== undefined) this.#close(channel, line);
	}

	/** The close frame of a channel is on the wire: the room may be opened again. */
	closed(channel: number): void {
		const room = this.#closing.get(channel);
		this.#closing.delete(channel);
		if (room) this.#free(room);
	}

	/** Takes any frame that belongs to a channel. Throws a WireError on one that makes no sense. */
	take(frame: RelayFrame): void {
		if (frame.kind === 'opened') this.#opened(frame.request, frame.channel);
		else if (frame.kind === 'openRefused') this.#openRefused(frame.request, frame.reason);
		else if ('channel' in frame) this.#toLine(frame);
	}

	#opened(number: number, channel: number): void {
		const { line, stage } = this.#answer(number);
		if (this.#channels.has(channel)) throw new WireError('a channel is opened twice');
		if (stage === 'given up') {
			this.#closing.set(channel, line.room);
			this.#connection.closeChannel(channel);
			return;
		}
		this.#channels.set(channel, { line, parts: new PartAssembly() });
		this.#numbers.set(line, channel);
		this.#events.opened(line);
		line.opened();
	}

	#openRefused(number: number, reason: RefusalReason): void {
		const { line, stage } = this.#answer(number);
		this.#free(line.room);
		if (stage === 'asked') this.#tellEnd(line, reason);
	}

	#answer(number: number): Request {
		const request = this.#requests.get(number);
		if (!request) throw new WireError('an answer to nothing');
		this.#requests.delete(number);
		return request;
	}

	#toLine(frame: Extract<RelayFrame, { channel: number }>): void {
		const open = this.#channels.get(frame.channel);
		// Still under way while our close frame was: no offence.
		if (!open) return;
		const { line, parts } = open;
		if (frame.kind === 'data') line.receive(parts.finish(frame.payload));
		else if (frame.kind === 'ack') {
			this.#events.acknowledged(line);
			line.acknowledged(frame.count, frame.seq);
		} else if (frame.kind === 'refused') {
			this.#events.refused(line, frame.reason);
			line.refused(frame.count, frame.reason);
		} else if (frame.kind === 'identity')
			line.named(frame.client, { member: frame.member, name: frame.name });
		else if (frame.kind === 'closed') this.#end(frame.channel, line, frame.reason);
		else if (frame.kind === 'part' && !parts.add(frame.payload)) {
			this.#close(frame.channel, line);
			this.#tellEnd(line, 'tooLarge');
		}
	}

	#close(channel: number, line: Line): void {
		this.#channels.delete(channel);
		this.#numbers.delete(line);
		this.#closing.set(channel, line.room);
		this.#connection.closeChannel(channel);
	}

	#end(channel: number, line: Line, reason: RefusalReason): void {
		this.#channels.delete(channel);
		this.#numbers.delete(line);
		this.#connection.dropChannel(channel);
		this.#free(line.room);
		this.#tellEnd(line, reason);
	}

	#tellEnd(line: Line, reason: RefusalReason): void {
		this.#events.ended(line, reason);
		line.ended(closeCode(reason), reason);
	}

	#free(room: RoomName): void {
		this.#busy.delete(room);
		const next = this.#waiting.findIndex((line) => line.room === room);
		const [line] = next < 0 ? [] : this.#waiting.splice(next, 1);
		if (line) this.ask(line);
	}
}

/** 4400-4499 end a stock provider for good, so reasons that pass get another code. */
const closeCode = (reason: RefusalReason): number => (isPassing(reason) ? TRY_AGAIN : REFUSALS[reason].code);
