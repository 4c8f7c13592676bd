import type { RoomName } from '#core/model/id.ts';
import { SIGN_OF_LIFE } from '#core/protocol/y-message.ts';
import type { Connection } from './connection.ts';
import type { Hub } from './hub.ts';
import { Shared } from './outbound.ts';
import { RoomSession } from './room-session.ts';

const ALIVE = new Shared(SIGN_OF_LIFE);

/** A plain y-websocket client: one socket, one room, none of our own messages (rule 3). */
export class StockConnection {
	readonly #session: RoomSession;
	readonly #connection: Connection;

	constructor(connection: Connection, hub: Hub, name: RoomName) {
		this.#connection = connection;
		const room = hub.room(name);
		this.#session = new RoomSession(hub, room, connection.member, undefined, {
			kind: 'stock',
			outbound: connection.outbound,
			// A stock client knows no acknowledgement.
			acknowledge: () => undefined,
			end: (reason) => connection.end(reason),
			weigh: (bytes) => connection.weigh(bytes),
			queue: (read) => connection.queue(read)
		});
		connection.onMessage((bytes) => this.#session.receive(bytes));
	}

	/** Feeds the provider's 30 s watchdog: a lone client on a silent relay would reconnect for ever. */
	keepAlive(): void {
		this.#connection.outbound.send(this.#session.room.channel, ALIVE);
	}

	/** The socket is gone. */
	close(): void {
		this.#session.close();
	}
}
