import * as Y from 'yjs';
import type { MemberId } from '#core/model/id.ts';
import type { RefusalReason } from '#core/protocol/refusal.ts';
import { decodeYMessage, encodeYMessage, type YMessage } from '#core/protocol/y-message.ts';
import type { WriteResult } from '../rooms/writer.ts';
import { cleanState, decodeEntries } from '../presence/awareness-entry.ts';
import { FanOut } from './fan-out.ts';
import type { Hub } from './hub.ts';
import type { LiveRoom } from './live-room.ts';
import type { Outbound } from './outbound.ts';
import { deliver, type Subscriber } from './subscriber.ts';
import { WriteLine } from './write-line.ts';

/** The side of a session that differs between a device's channel and a stock client's socket. */
export type SessionPort = {
	readonly kind: Subscriber['kind'];
	readonly outbound: Outbound;
	acknowledge(count: number, seq: number): void;
	/** Ends the session with a reason; `count` names the write that was refused. */
	end(reason: RefusalReason, count?: number): void;
	/** Bytes that have gone to the log without an outcome: more, or (negative) less. */
	weigh(bytes: number): void;
	/** Runs a reading of content when its turn has come. */
	queue(read: () => Promise<void>): void;
};

/** Of a state vector: some twelve bytes for each of 80,000 sessions that ever wrote in a document. */
const MAX_STATE_VECTOR_BYTES = 1024 * 1024;
/** What an unanswered question takes beside its state vector. */
const QUESTION_BYTES = 512;
const NO_UPDATE = new Uint8Array([0, 0]);

/** One member's session in one room: stock y-websocket messages in, their answers out. */
export class RoomSession implements Subscriber {
	readonly room: LiveRoom;
	readonly member: MemberId;
	readonly #hub: Hub;
	readonly #port: SessionPort;
	readonly #line = new WriteLine();
	#client: number | undefined;
	#learning: 'none' | 'claiming' | 'known';
	#state: 'open' | 'ended' = 'open';

	constructor(hub: Hub, room: LiveRoom, member: MemberId, client: number | undefined, port: SessionPort) {
		this.#hub = hub;
		this.room = room;
		this.member = member;
		this.#client = client;
		this.#learning = client === undefined ? 'none' : 'known';
		this.#port = port;
		// Subscribed before anything is read: what is committed in between comes as an update (rule 5).
		room.join(this);
	}

	get kind(): Subscriber['kind'] {
		return this.#port.kind;
	}

	get outbound(): Outbound {
		return this.#port.outbound;
	}

	get client(): number | undefined {
		return this.#client;
	}

	/** Takes one stock message. Throws on malformed bytes. */
	receive(payload: Uint8Array): void {
		const message = decodeYMessage(payload);
		switch (message.type) {
			case 'step1':
				this.#takeQuestion(message.stateVector);
				break;
			case 'step2':
			case 'update':
				this.#write(message);
				break;
			case 'awareness':
				this.#hear(message.update);
				break;
			case 'queryAwareness':
				this.room.showPresence(this);
				break;
		}
	}

	/** The oldest write that has none yet has this outcome. */
	settle(outcome: WriteResult, bytes: number): void {
		this.#port.weigh(-bytes);
		if (this.#state === 'ended') return;
		const answer = this.#line.settle(outcome);
		if (answer?.do === 'acknowledge') this.#port.acknowledge(answer.count, answer.seq);
		else if (answer?.do === 'refuse') this.#port.end(answer.reason, answer.count);
		else if (answer?.do === 'ask') this.#ask(answer.stateVector);
	}

	/** The session is over, whoever ended it. */
	close(): void {
		if (this.#state === 'ended') return;
		this.#state = 'ended';
		this.#hub.leave(this.room, this);
		this.#port.outbound.drop(this.room.channel);
	}

	/** A question weighs until it is answered: questions alone could fill the memory otherwise. */
	#takeQuestion(asked: Uint8Array): void {
		if (asked.length > MAX_STATE_VECTOR_BYTES) return this.#port.end('tooLarge');
		// Read here once, so that a malformed one is an offence and not a failed read.
		Y.decodeStateVector(asked);
		// A copy of its own: a view would carry the whole receive buffer along.
		const stateVector = asked.slice();
		const weight = stateVector.length + QUESTION_BYTES;
		this.#port.weigh(weight);
		this.#port.queue(async () => {
			try {
				if (this.#state === 'open') await this.#answer(stateVector);
			} finally {
				this.#port.weigh(-weight);
			}
		});
	}

	#write(message: YMessage & { type: 'step2' | 'update' }): void {
		const kind = this.#line.receive(message.type);
		this.#port.weigh(message.update.length);
		this.#hub.write(this, message.update, kind);
	}

	/**
	 * Answers a handshake with the content, once it is read whole, and asks what the relay lacks. Large content goes
	 * as updates with SyncStep2 at its end, so that nobody reports "synced" before all of it is there.
	 */
	async #answer(stateVector: Uint8Array): Promise<void> {
		const content = await this.#hub.read(this.room.name, stateVector);
		if (this.#state === 'ended') return;
		const last = content.updates.at(-1) ?? NO_UPDATE;
		const messages = [
			...content.updates.slice(0, -1).map((update) => encodeYMessage({ type: 'update', update })),
			encodeYMessage({ type: 'step2', update: last }),
			encodeYMessage({ type: 'step1', stateVector: content.stateVector })
		];
		this.#line.ask();
		this.#say(messages);
	}

	#ask(stateVector: Uint8Array): void {
		this.#line.ask();
		this.#say([encodeYMessage({ type: 'step1', stateVector })]);
	}

	#say(messages: readonly Uint8Array[]): void {
		deliver(this, new FanOut(this.room.channel, messages));
	}

	/** Presence: only the sender's own entry counts; what a provider echoes of others is dropped (rule 16). */
	#hear(update: Uint8Array): void {
		const entries = decodeEntries(update);
		if (this.#learning === 'none') {
			const others = new Set([...this.room.subscribers].map(({ client }) => client));
			const own = entries.find(({ client }) => !others.has(client));
			if (own) this.#learn(own.client, update);
			return;
		}
		const own = entries.find(({ client }) => client === this.#client);
		const state = own && cleanState(own.state);
		if (own && state !== undefined && this.#learning === 'known') this.room.hear({ ...own, state });
	}

	/** A stock client does not name itself when it opens: the first presence of its own does. */
	#learn(client: number, update: Uint8Array): void {
		this.#learning = 'claiming';
		void this.#hub.claim(this.room.name, client, this.member).then((claim) => {
			if (this.#state === 'ended') return;
			if (claim.state !== 'claimed') {
				this.#port.end(claim.state === 'taken' ? 'clientIdTaken' : claim.reason);
				return;
			}
			this.#client = client;
			this.#learning = 'known';
			this.room.meet(this);
			this.#hear(update);
		});
	}
}
