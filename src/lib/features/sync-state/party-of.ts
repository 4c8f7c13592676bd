import type { PartyId, RoomName } from '#core/model/id.ts';
import { parseRoom } from '#core/protocol/room.ts';

/** The party that a room belongs to; undefined for rooms of the workspace. */
export function partyOf(room: RoomName): PartyId | undefined {
	const parsed = parseRoom(room);
	return parsed && 'party' in parsed ? parsed.party : undefined;
}
