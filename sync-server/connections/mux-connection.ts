import type { RoomName, WorkspaceId } from '#core/model/id.ts';
import { MAX_CHANNELS, MAX_UPDATE_BYTES } from '#core/protocol/limits.ts';
import type { Directory, Position } from '#core/protocol/messages.ts';
import { decodeClientFrames, encodeRelayFrame, type ClientFrame } from '#core/protocol/mux.ts';
import type { RefusalReason } from '#core/protocol/refusal.ts';
import { PROTOCOL_VERSION } from '#core/protocol/version.ts';
import { FRAMES } from '../entrances.ts';
import { can } from '../rights.ts';
import type { Connection } from './connection.ts';
import type { Hub } from './hub.ts';
import { MuxChannel } from './mux-channel.ts';
import { Shared } from './outbound.ts';

/** Bytes of unfinished payloads over all channels of one connection. */
const MAX_ASSEMBLING_BYTES = 2 * MAX_UPDATE_BYTES;
/** What belongs to no channel leaves under this number; the hub's begin with 1. */
const NO_CHANNEL = 0;

/** What a mux connection needs to know of its relay. */
export type MuxContext = { hub: Hub; workspace: WorkspaceId; position: Position; directory: Directory };

/** The physical WebSocket of one tab: many channels, one member (rule 2). */
export class MuxConnection {
	readonly #connection: Connection;
	readonly #context: MuxContext;
	readonly #channels = new Map<number, MuxChannel>();
	#opening = 0;
	#assembling = 0;
	#state: 'open' | 'closed' = 'open';
	/** Whether the device wants live steps of the index feed. */
	#follows = false;

	constructor(connection: Connection, context: MuxContext) {
		this.#connection = connection;
		this.#context = context;
		this.#say({
			kind: 'welcome',
			version: PROTOCOL_VERSION,
			workspace: context.workspace,
			member: connection.member,
			incarnation: context.position.incarnation,
			head: context.position.seq
		});
		this.#say({ kind: 'directory', json: JSON.stringify(context.directory) });
		connection.onMessage((bytes) => {
			for (const frame of decodeClientFrames(bytes)) {
				connection.count();
				this.#take(frame);
			}
		});
	}

	get follows(): boolean {
		return this.#follows;
	}

	/** Frames that belong to no channel: a feed step, the directory. */
	tell(frames: Shared): void {
		this.#connection.outbound.send(NO_CHANNEL, frames);
	}

	/** The socket is gone. */
	close(): void {
		this.#state = 'closed';
		for (const channel of [...this.#channels.values()]) channel.close();
	}

	#take(frame: ClientFrame): void {
		switch (frame.kind) {
			case 'open':
				this.#open(frame.request, frame.room, frame.client);
				break;
			case 'data':
				this.#channel(frame.channel, (channel) => channel.data(frame.payload));
				break;
			case 'part':
				this.#channel(frame.channel, (channel) => channel.part(frame.payload));
				break;
			case 'close':
				this.#channel(frame.channel, (channel) => channel.close());
				break;
			case 'follow':
				this.#follows = true;
				break;
			case 'ping':
				this.#say({ kind: 'pong', nonce: frame.nonce });
				break;
		}
	}

	/** A frame on a channel that has just been closed crossed that news on its way; one that never was is an offence. */
	#channel(number: number, use: (channel: MuxChannel) => void): void {
		const channel = this.#channels.get(number);
		if (!channel) {
			if (number === NO_CHANNEL || number > this.#context.hub.lastChannel)
				this.#connection.end('unknownMessage');
			return;
		}
		const before = channel.assembling;
		use(channel);
		if (!this.#channels.has(number)) return;
		this.#assembling += channel.assembling - before;
		if (this.#assembling > MAX_ASSEMBLING_BYTES) this.#connection.end('tooLarge');
	}

	#open(request: number, room: RoomName, client: number): void {
		const { member } = this.#connection;
		const right = can(member, FRAMES.open.room, room, this.#context.workspace);
		if (right.state === 'refused') return this.#refuse(request, right.reason);
		if (!isClientId(client)) return this.#refuse(request, 'malformed');
		if (this.#channels.size + this.#opening >= MAX_CHANNELS) return this.#refuse(request, 'tooManyChannels');
		this.#opening++;
		void this.#context.hub.claim(right.room, client, member).then((claim) => {
			this.#opening--;
			if (this.#state === 'closed') return;
			if (claim.state === 'claimed') this.#join(right.room, request, client);
			else this.#refuse(request, claim.state === 'taken' ? 'clientIdTaken' : claim.reason);
		});
	}

	#join(name: RoomName, request: number, client: number): void {
		const { hub } = this.#context;
		const room = hub.room(name);
		// A device that opens a room again has lost track of the channel: it begins anew.
		this.#channels.get(room.channel)?.close();
		// Closing may have been the last to leave, and the room a new one now.
		const live = hub.room(name);
		const { member } = this.#connection;
		const channel = new MuxChannel(this.#connection, hub, live, { member, client, request }, (ended) => {
			if (this.#channels.get(ended.number) !== ended) return;
			this.#assembling -= ended.assembling;
			this.#channels.delete(ended.number);
		});
		this.#channels.set(channel.number, channel);
	}

	#refuse(request: number, reason: RefusalReason): void {
		this.#say({ kind: 'openRefused', request, reason });
	}

	#say(frame: Parameters<typeof encodeRelayFrame>[0]): void {
		this.tell(new Shared(encodeRelayFrame(frame)));
	}
}

const MAX_CLIENT_ID = 2 ** 32 - 1;
const isClientId = (client: number): boolean =>
	Number.isSafeInteger(client) && client >= 0 && client <= MAX_CLIENT_ID;
