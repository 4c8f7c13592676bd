import * as Y from 'yjs';
import { newId, type MemberId } from '../../model/id.ts';
import type { Chance } from './random.ts';
import { Replica } from './replica.ts';

/** A network that loses, doubles and reorders what travels between replicas. */
export class Network {
	readonly replicas: Replica[] = [];
	readonly #chance: Chance;
	#travelling: { to: number; update: Uint8Array }[] = [];

	constructor(chance: Chance, size: number) {
		this.#chance = chance;
		for (let from = 0; from < size; from++)
			this.replicas.push(new Replica(newId<MemberId>(), chance, (update) => this.#broadcast(from, update)));
	}

	/** Delivers one message, any of those under way; sometimes twice, sometimes never. */
	deliverOne(): void {
		if (this.#travelling.length === 0) return;
		const at = this.#chance.number(0, this.#travelling.length - 1);
		const message = this.#travelling[at];
		if (!message) return;
		if (!this.#chance.happens(15)) this.#travelling.splice(at, 1);
		if (!this.#chance.happens(15)) this.replicas[message.to]?.receive(message.update);
	}

	/** Two replicas compare and exchange what the other lacks, as after a reconnect. */
	exchange(a: Replica, b: Replica): void {
		const forB = Y.encodeStateAsUpdate(a.doc, Y.encodeStateVector(b.doc));
		const forA = Y.encodeStateAsUpdate(b.doc, Y.encodeStateVector(a.doc));
		a.receive(forA);
		b.receive(forB);
	}

	/** Everybody is online and has everything. */
	settle(): void {
		this.#travelling = [];
		const [first, ...others] = this.replicas;
		if (!first) return;
		for (const replica of this.replicas) replica.isOnline = true;
		for (let round = 0; round < 2; round++) for (const other of others) this.exchange(first, other);
	}

	#broadcast(from: number, update: Uint8Array): void {
		if (this.replicas[from]?.isOnline === false) return;
		for (let to = 0; to < this.replicas.length; to++)
			if (to !== from && this.replicas[to]?.isOnline) this.#travelling.push({ to, update });
	}
}
