import { newId, type PartyId, type RoomName, type WorkspaceId } from '#core/model/id.ts';
import { partyRoom } from '#core/protocol/room.ts';

/** `count` addresses of parties that nobody has written to. */
export const newRooms = (workspace: WorkspaceId, count: number): RoomName[] =>
	Array.from({ length: count }, () => partyRoom(workspace, newId<PartyId>()));

/** Runs `work` over all items, at most `width` at a time. */
export async function inParallel<T, R>(
	items: readonly T[],
	width: number,
	work: (item: T, at: number) => Promise<R>
): Promise<R[]> {
	const results: R[] = [];
	let next = 0;
	const lane = async (): Promise<void> => {
		while (next < items.length) {
			const at = next++;
			const item = items[at];
			if (item !== undefined) results[at] = await work(item, at);
		}
	};
	await Promise.all(Array.from({ length: Math.min(width, items.length) }, lane));
	return results;
}
