import type { AwarenessEntry } from './awareness-entry.ts';

/** What is known of one client: the clock it named last, the clock the relay gave out, and its state. */
type Known = { heard: number; given: number; state: string; joined: boolean };

/** Clients that have left and whose clocks are still remembered. */
const REMEMBERED = 2_000;

/**
 * Who is in one room, by Yjs client id: only the newest state of each, and which of them changed since the last
 * `takeChanges`. Clocks are given out anew where a client that left and came back repeats an old one: its peers
 * have seen that clock with a null state and would ignore it for up to 15 s.
 */
export class RoomPresence {
	readonly #known = new Map<number, Known>();
	readonly #changed = new Set<number>();

	/** The client's channel has opened: its next clock counts, whatever it is. */
	join(client: number): void {
		const known = this.#known.get(client);
		if (known) known.joined = true;
	}

	/** Takes a client's own, cleaned entry. False for one that says nothing new. */
	hear({ client, clock, state }: AwarenessEntry): boolean {
		const known = this.#known.get(client);
		if (!known) {
			if (state === 'null') return false;
			this.#known.set(client, { heard: clock, given: clock, state, joined: false });
		} else {
			// Not newer than what the relay itself gave out: the client's own echo, unless it says something else.
			const isEcho = clock <= known.given && state === known.state;
			if (!known.joined && (clock <= known.heard || isEcho)) return false;
			known.given = Math.max(clock, known.given + 1);
			known.heard = clock;
			known.state = state;
			known.joined = false;
		}
		this.#changed.add(client);
		return true;
	}

	/** The client's channel has closed. True when others must be told. */
	leave(client: number): boolean {
		const known = this.#known.get(client);
		if (!known) return false;
		const wasSeen = known.state !== 'null';
		known.state = 'null';
		this.#known.delete(client);
		this.#known.set(client, known);
		if (wasSeen) this.#changed.add(client);
		this.#forget();
		return wasSeen;
	}

	/** Clients of which anything is kept. */
	get remembered(): number {
		return this.#known.size;
	}

	/** The entries that changed since the last call, each client once. */
	takeChanges(): AwarenessEntry[] {
		const entries = [...this.#changed].flatMap((client) => this.#entry(client) ?? []);
		this.#changed.clear();
		return entries;
	}

	/** For a joiner: everybody who is there. */
	present(): AwarenessEntry[] {
		return [...this.#known.keys()].flatMap((client) => {
			const entry = this.#entry(client);
			return entry && entry.state !== 'null' ? [entry] : [];
		});
	}

	#entry(client: number): AwarenessEntry | undefined {
		const known = this.#known.get(client);
		return known && { client, clock: known.given, state: known.state };
	}

	/** Drops the clients longest gone; those who are there stand before all who have left. */
	#forget(): void {
		if (this.#known.size <= REMEMBERED) return;
		for (const [client, { state }] of this.#known) {
			if (this.#known.size <= REMEMBERED) return;
			if (state === 'null' && !this.#changed.has(client)) this.#known.delete(client);
		}
	}
}
