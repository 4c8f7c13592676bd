import type { RoomName } from '#core/model/id.ts';
import { fullJitter } from './backoff.ts';

/**
 * How long a room has to wait after the relay said "not now" (disk full, too fast). A stock provider would come back
 * every few hundred ms: it calls the handshake a success, whatever becomes of the writes after it.
 */
export class RoomPatience {
	readonly #rooms = new Map<RoomName, { failures: number; until: number }>();
	readonly #random: () => number;

	constructor(random: () => number) {
		this.#random = random;
	}

	/** Ms until the room may be opened again; 0 for at once. */
	wait(room: RoomName): number {
		return Math.max(0, (this.#rooms.get(room)?.until ?? 0) - Date.now());
	}

	failed(room: RoomName): void {
		const failures = (this.#rooms.get(room)?.failures ?? 0) + 1;
		this.#rooms.set(room, { failures, until: Date.now() + fullJitter(failures + 1, this.#random) });
	}

	succeeded(room: RoomName): void {
		this.#rooms.delete(room);
	}
}
