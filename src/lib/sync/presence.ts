import type { Awareness } from 'y-protocols/awareness';
import type { MemberId } from '#core/model/id.ts';
import type { Source } from '../storage/source.ts';
import type { Identity } from './document-state.ts';
import type { DocumentSync } from './document-sync.ts';
import { Value } from './value.ts';

/** Ms between two changes of our own state: a cursor needs no more, and every one goes to everybody here. */
const PACE = 100;

/** One open copy of a document; a member with two tabs is there twice. `state` is what that copy says of itself. */
export type Person = {
	client: number;
	member: MemberId;
	name: string;
	isMe: boolean;
	state: Readonly<Record<string, unknown>>;
};

/**
 * Who has a document open. States come from awareness and may claim anything; who it is comes from the relay alone
 * (rule 16), so a state whose client id the relay has not named is not shown.
 */
export class Presence {
	readonly #awareness: Awareness;
	readonly #identities: Source<ReadonlyMap<number, Identity>>;
	readonly #people = new Value<readonly Person[]>([]);
	readonly #stops: (() => void)[];
	#pending: Map<string, unknown> | undefined;
	#timer: ReturnType<typeof setTimeout> | undefined;
	#lastAt = -Infinity;

	constructor({ awareness, identities }: Pick<DocumentSync, 'awareness' | 'identities'>) {
		this.#awareness = awareness;
		this.#identities = identities;
		const changed = (): void => this.#tell();
		awareness.on('change', changed);
		this.#stops = [() => awareness.off('change', changed), identities.observe(changed)];
		this.#tell();
	}

	/** Everybody with a name from the relay, ourselves included; the same client stays at its place. */
	get people(): Source<readonly Person[]> {
		return this.#people;
	}

	/** Sets one field of our own state and keeps the others; undefined takes the field away. Paced, the newest wins. */
	set(field: string, value: unknown): void {
		this.#pending ??= new Map();
		this.#pending.set(field, value);
		if (this.#timer !== undefined) return;
		const wait = this.#lastAt + PACE - performance.now();
		if (wait <= 0) this.#flush();
		else this.#timer = setTimeout(() => this.#flush(), wait);
	}

	/** Nobody sees us here any more, until the next `set`. */
	leave(): void {
		this.#forget();
		this.#awareness.setLocalState(null);
	}

	/** Stops watching; our own state is left as it is. */
	close(): void {
		this.#forget();
		for (const stop of this.#stops.splice(0)) stop();
	}

	#forget(): void {
		clearTimeout(this.#timer);
		this.#timer = undefined;
		this.#pending = undefined;
	}

	#flush(): void {
		// Read now, not when `set` was called: the editor writes its own field past us.
		const next: Record<string, unknown> = { ...this.#awareness.getLocalState() };
		for (const [field, value] of this.#pending ?? []) {
			if (value === undefined) Reflect.deleteProperty(next, field);
			else next[field] = value;
		}
		this.#forget();
		this.#lastAt = performance.now();
		this.#awareness.setLocalState(next);
	}

	#tell(): void {
		const people: Person[] = [];
		for (const [client, state] of this.#awareness.getStates()) {
			const identity = this.#identities.current.get(client);
			if (identity) people.push({ client, ...identity, isMe: client === this.#awareness.clientID, state });
		}
		this.#people.set(people.sort((a, b) => a.client - b.client));
	}
}
