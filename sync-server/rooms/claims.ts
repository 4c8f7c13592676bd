import type { MemberId, RoomName } from '#core/model/id.ts';

const MAX_CLAIMS = 200_000;

/** Client ids that members have claimed by opening a channel and not yet written under. */
export class Claims {
	readonly #rooms = new Map<RoomName, Map<number, MemberId>>();
	#size = 0;

	ownerOf(room: RoomName, client: number): MemberId | undefined {
		return this.#rooms.get(room)?.get(client);
	}

	/** Remembers a claim; the oldest room's claims go when there are too many. */
	add(room: RoomName, client: number, member: MemberId): void {
		const claims = this.#rooms.get(room) ?? new Map<number, MemberId>();
		this.#rooms.set(room, claims.set(client, member));
		this.#size += 1;
		if (this.#size <= MAX_CLAIMS) return;
		const [oldest] = this.#rooms;
		if (!oldest) return;
		this.#rooms.delete(oldest[0]);
		this.#size -= oldest[1].size;
	}
}
