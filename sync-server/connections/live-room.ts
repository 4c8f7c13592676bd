import type { MemberId, RoomName } from '#core/model/id.ts';
import { encodeRelayFrame } from '#core/protocol/mux.ts';
import { encodeYMessage } from '#core/protocol/y-message.ts';
import { encodeEntries, type AwarenessEntry } from '../presence/awareness-entry.ts';
import { presencePace } from '../presence/pace.ts';
import { RoomPresence } from '../presence/room-presence.ts';
import { FanOut } from './fan-out.ts';
import { Shared } from './outbound.ts';
import { deliver, type Subscriber } from './subscriber.ts';

/** A durable update and who sent it; nobody of this room when it came by push. */
export type Delta = { update: Uint8Array; from: Subscriber | undefined };

/** Up to so many subscribers nobody hears itself; beyond, the same bytes for all are worth the echo. */
const OWN_ENTRIES_FILTERED = 32;

/** A room that somebody has open: who, by which channel number, and their presence. */
export class LiveRoom {
	readonly name: RoomName;
	readonly channel: number;
	readonly #subscribers = new Set<Subscriber>();
	readonly #presence = new RoomPresence();
	readonly #nameOf: (subscriber: Subscriber) => string;
	readonly #newcomers = new Set<Subscriber>();
	#timer: NodeJS.Timeout | undefined;

	constructor(name: RoomName, channel: number, nameOf: (subscriber: Subscriber) => string) {
		this.name = name;
		this.channel = channel;
		this.#nameOf = nameOf;
	}

	get subscribers(): ReadonlySet<Subscriber> {
		return this.#subscribers;
	}

	join(subscriber: Subscriber): void {
		this.#subscribers.add(subscriber);
		this.#introduce(subscriber, [...this.#subscribers]);
		this.showPresence(subscriber);
		if (subscriber.client !== undefined) this.meet(subscriber);
	}

	/** The subscriber's client id is known: its presence counts from now on. */
	meet(subscriber: Subscriber): void {
		if (subscriber.client === undefined) return;
		this.#presence.join(subscriber.client);
		this.#newcomers.add(subscriber);
		this.#schedule();
	}

	/** The member has another name: whoever of its is here is announced once more. */
	introduce(member: MemberId): void {
		const renamed = [...this.#subscribers].filter((subscriber) => subscriber.member === member);
		for (const subscriber of renamed) this.#newcomers.add(subscriber);
		if (renamed.length > 0) this.#schedule();
	}

	leave(subscriber: Subscriber): void {
		if (!this.#subscribers.delete(subscriber)) return;
		this.#newcomers.delete(subscriber);
		const { client } = subscriber;
		// The same client may be here again already, by a new connection, before the old one is noticed to be dead.
		const isBack = [...this.#subscribers].some((other) => other.client === client);
		if (client !== undefined && !isBack && this.#presence.leave(client)) this.#schedule();
		if (this.#subscribers.size === 0) this.#stop();
	}

	/** Takes the subscriber's own presence; nobody else's comes in here. */
	hear(entry: AwarenessEntry): void {
		if (this.#presence.hear(entry)) this.#schedule();
	}

	/** Tells one subscriber who is here. */
	showPresence(subscriber: Subscriber): void {
		const entries = this.#presence.present().filter(({ client }) => client !== subscriber.client);
		if (entries.length > 0) deliver(subscriber, this.#encode(entries));
	}

	/** Sends durable updates to all but those who made them. */
	publish(deltas: readonly Delta[]): void {
		const payloads = deltas.map(({ update }) => encodeYMessage({ type: 'update', update }));
		const senders = new Set(deltas.map(({ from }) => from));
		const all = new FanOut(this.channel, payloads);
		for (const subscriber of this.#subscribers)
			deliver(
				subscriber,
				senders.has(subscriber)
					? new FanOut(
							this.channel,
							payloads.filter((_, at) => deltas[at]?.from !== subscriber)
						)
					: all
			);
	}

	#schedule(): void {
		this.#timer ??= setTimeout(this.#flush, presencePace(this.#subscribers.size));
	}

	#stop(): void {
		clearTimeout(this.#timer);
		this.#timer = undefined;
	}

	readonly #flush = (): void => {
		this.#timer = undefined;
		const newcomers = [...this.#newcomers];
		this.#newcomers.clear();
		const entries = this.#presence.takeChanges();
		const changed = new Set(entries.map(({ client }) => client));
		const all = this.#encode(entries);
		const identities = this.#identities(newcomers);
		const filters = this.#subscribers.size <= OWN_ENTRIES_FILTERED;
		for (const subscriber of this.#subscribers) {
			if (identities && subscriber.kind === 'framed') subscriber.outbound.send(this.channel, identities);
			// Presence is a hint: who can't keep up gets the next one.
			if (subscriber.outbound.isBehind) continue;
			const isOwn = subscriber.client !== undefined && changed.has(subscriber.client);
			const hears =
				isOwn && (filters || entries.length === 1)
					? this.#encode(entries.filter(({ client }) => client !== subscriber.client))
					: all;
			deliver(subscriber, hears);
		}
	};

	#encode(entries: readonly AwarenessEntry[]): FanOut {
		const payloads =
			entries.length === 0 ? [] : [encodeYMessage({ type: 'awareness', update: encodeEntries(entries) })];
		return new FanOut(this.channel, payloads);
	}

	#introduce(to: Subscriber, others: readonly Subscriber[]): void {
		const identities = to.kind === 'framed' && this.#identities(others);
		if (identities) to.outbound.send(this.channel, identities);
	}

	#identities(subscribers: readonly Subscriber[]): Shared | undefined {
		const frames = subscribers.flatMap((subscriber) =>
			subscriber.client === undefined
				? []
				: encodeRelayFrame({
						kind: 'identity',
						channel: this.channel,
						client: subscriber.client,
						member: subscriber.member,
						name: this.#nameOf(subscriber)
					})
		);
		return frames.length === 0 ? undefined : new Shared(Buffer.concat(frames));
	}
}
