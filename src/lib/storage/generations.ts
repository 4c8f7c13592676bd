import type { RoomName } from '#core/model/id.ts';
import type { Owner } from './names.ts';

type Bump = { room: RoomName; generation: number };

/**
 * The generation of each document, one for all tabs: it is part of the names of its database and channels, so that
 * a tab with the old content can't bring it back (rule 23). Kept in localStorage: read at once, the same everywhere.
 */
export class Generations {
	readonly #prefix: string;
	readonly #channel: BroadcastChannel;
	readonly #listeners = new Set<(bump: Bump) => void>();
	/** For browsers that offer no localStorage, and while it is full. */
	readonly #inMemory = new Map<RoomName, number>();

	constructor({ member, workspace }: Owner) {
		this.#prefix = `rapport-generation:${member}:`;
		this.#channel = new BroadcastChannel(`rapport-generation:${member}:${workspace}`);
		this.#channel.onmessage = (event: MessageEvent<Bump>) => {
			this.#inMemory.set(event.data.room, event.data.generation);
			this.#tell(event.data);
		};
	}

	/** The generation that counts now; 0 for a document that was never rebuilt. */
	of(room: RoomName): number {
		return Math.max(Number(read(this.#prefix + room) ?? 0), this.#inMemory.get(room) ?? 0);
	}

	/**
	 * Leaves generation `old` behind: all tabs hear of the new one before anything is opened under it. When another
	 * tab has left it already, that one's generation counts. Returns the generation to use.
	 */
	bump(room: RoomName, old: number): number {
		const now = this.of(room);
		if (now > old) return now;
		const bump = { room, generation: old + 1 };
		this.#inMemory.set(room, bump.generation);
		write(this.#prefix + room, String(bump.generation));
		this.#channel.postMessage(bump);
		return bump.generation;
	}

	/** Calls when another tab has left a document's generation behind. */
	onBump(listener: (bump: Bump) => void): () => void {
		this.#listeners.add(listener);
		return () => this.#listeners.delete(listener);
	}

	close(): void {
		this.#channel.close();
	}

	#tell(bump: Bump): void {
		for (const listener of [...this.#listeners]) listener(bump);
	}
}

function read(key: string): string | undefined {
	try {
		return localStorage.getItem(key) ?? undefined;
	} catch (cause) {
		// Switched off by policy: what the other tabs announce is all there is.
		void cause;
		return undefined;
	}
}

function write(key: string, value: string): void {
	try {
		localStorage.setItem(key, value);
	} catch (cause) {
		// Full or switched off: the tabs that are open know it from the announcement.
		void cause;
	}
}
