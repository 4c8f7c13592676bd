import type { RoomName } from '#core/model/id.ts';
import type { Room } from './room.ts';

/** Rooms being written, least recently used first, bounded by bytes and by time without a write. */
export class RoomCache {
	readonly #rooms = new Map<RoomName, Room>();
	readonly #maxBytes: number;
	readonly #maxIdleMs: number;
	#bytes = 0;

	constructor(maxBytes: number, maxIdleMs: number) {
		this.#maxBytes = maxBytes;
		this.#maxIdleMs = maxIdleMs;
	}

	get(name: RoomName, now: number): Room | undefined {
		const room = this.#rooms.get(name);
		if (!room) return undefined;
		this.#rooms.delete(name);
		this.#rooms.set(name, room);
		room.usedAt = now;
		return room;
	}

	/** The room if it is here, without counting as use. */
	peek(name: RoomName): Room | undefined {
		return this.#rooms.get(name);
	}

	add(room: Room, now: number): void {
		room.usedAt = now;
		this.#rooms.set(room.name, room);
		this.#bytes += room.bytes;
	}

	/** The room's document has grown. */
	grow(bytes: number): void {
		this.#bytes += bytes;
	}

	/** Forgets a room whose document is spoiled. */
	discard(name: RoomName): void {
		const room = this.#rooms.get(name);
		if (!room) return;
		this.#rooms.delete(name);
		this.#bytes -= room.bytes;
		room.destroy();
	}

	/** Lets go of what is too much or too old; never the most recently used one. */
	trim(now: number): void {
		for (const [name, room] of this.#rooms) {
			const isOld = now - room.usedAt > this.#maxIdleMs;
			if (!isOld && (this.#bytes <= this.#maxBytes || this.#rooms.size === 1)) break;
			this.discard(name);
		}
	}
}
