import type { MemberId } from '#core/model/id.ts';
import { MAX_UPDATE_BYTES } from '#core/protocol/limits.ts';
import { encodeRelayFrame } from '#core/protocol/mux.ts';
import type { RefusalReason } from '#core/protocol/refusal.ts';
import { Assembly } from './assembly.ts';
import type { Connection } from './connection.ts';
import type { Hub } from './hub.ts';
import type { LiveRoom } from './live-room.ts';
import { Shared } from './outbound.ts';
import { RoomSession, type SessionPort } from './room-session.ts';

/** Bytes around an update that make it a message. */
const MESSAGE_OVERHEAD = 64;

/** One channel of a mux connection: a session in a room, and the frames by which the device hears of it. */
export class MuxChannel {
	readonly number: number;
	readonly #session: RoomSession;
	readonly #assembly = new Assembly();
	readonly #connection: Connection;
	readonly #onEnd: (channel: MuxChannel) => void;

	constructor(
		connection: Connection,
		hub: Hub,
		room: LiveRoom,
		caller: { member: MemberId; client: number; request: number },
		onEnd: (channel: MuxChannel) => void
	) {
		this.number = room.channel;
		this.#connection = connection;
		this.#onEnd = onEnd;
		this.#say({ kind: 'opened', request: caller.request, channel: this.number });
		const port: SessionPort = {
			kind: 'framed',
			outbound: connection.outbound,
			acknowledge: (count, seq) => this.#say({ kind: 'ack', channel: this.number, count, seq }),
			end: (reason, count) => this.end(reason, count),
			weigh: (bytes) => connection.weigh(bytes),
			queue: (read) => connection.queue(read)
		};
		this.#session = new RoomSession(hub, room, caller.member, caller.client, port);
	}

	/** A piece of a large payload. */
	part(payload: Uint8Array): void {
		if (this.#assembly.bytes + payload.length > MAX_UPDATE_BYTES + MESSAGE_OVERHEAD) this.end('tooLarge');
		else this.#assembly.add(payload);
	}

	/** A stock message, or the last piece of one. */
	data(payload: Uint8Array): void {
		if (this.#assembly.bytes + payload.length > MAX_UPDATE_BYTES + MESSAGE_OVERHEAD) {
			this.end('tooLarge');
			return;
		}
		try {
			this.#session.receive(this.#assembly.complete(payload));
		} catch (error) {
			this.#connection.logger.info(
				{ error: String(error), room: this.#session.room.name },
				'malformed payload'
			);
			this.end('malformed');
		}
	}

	/** The relay ends the channel and says why. */
	end(reason: RefusalReason, count?: number): void {
		this.close();
		this.#connection.logger.info({ reason, room: this.#session.room.name }, 'channel refused');
		if (count !== undefined) this.#say({ kind: 'refused', channel: this.number, count, reason });
		this.#say({ kind: 'closed', channel: this.number, reason });
	}

	/** The channel is over; nothing is said. */
	close(): void {
		this.#session.close();
		this.#onEnd(this);
	}

	/** Bytes of an unfinished payload. */
	get assembling(): number {
		return this.#assembly.bytes;
	}

	#say(frame: Parameters<typeof encodeRelayFrame>[0]): void {
		this.#connection.outbound.send(this.number, new Shared(encodeRelayFrame(frame)));
	}
}
