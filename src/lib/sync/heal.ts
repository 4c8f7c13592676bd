import type { RoomName } from '#core/model/id.ts';
import type { CompareResult, Position } from '#core/protocol/messages.ts';
import type { RefusalReason } from '#core/protocol/refusal.ts';
import type { Answer, RelayApi } from './answer.ts';
import { compare, type DocumentSnapshot } from './compare.ts';
import { push, type PushItem } from './push.ts';

/** All documents of the device, open or closed, with edits that are not acknowledged yet. */
export interface HealDocuments {
	snapshots(): AsyncIterable<DocumentSnapshot>;
	/** The whole document as one update; undefined when it is gone meanwhile. */
	content(room: RoomName): Promise<Uint8Array | undefined>;
}

export type Healed = {
	/**
	 * Name this in the next pull, with `known: undefined`: for each document a sequence number that is true in the
	 * new incarnation. Documents of `pull` are not in it, so they come whole, as do those that the device never had.
	 */
	have: Map<RoomName, number>;
	/** The relay has something of these that the device lacks. */
	pull: RoomName[];
	/** The relay had lost something of these; it is back. */
	restored: RoomName[];
	refused: { room: RoomName; reason: RefusalReason }[];
};

/**
 * After a pull ended with `diverged` (rule 12): the relay's log is not the one that the device knew, most likely put
 * back from a backup. Compares all documents and uploads what the relay lacks; `lost` is the position that it no
 * longer knows. May be run again from the start when it was interrupted.
 */
export async function heal(api: RelayApi, documents: HealDocuments, lost: Position): Promise<Answer<Healed>> {
	const healed: Healed = { have: new Map(), pull: [], restored: [], refused: [] };
	const lacking: RoomName[] = [];
	const compared = await compare(api, documents.snapshots(), (room, result) => {
		note(healed, room, result);
		if (result.relayLacks) lacking.push(room);
	});
	if (compared.state !== 'ok') return compared;
	const pushed = await push(
		api,
		contents(documents, lacking),
		(results) => {
			for (const { item, result } of results) {
				if (result.state === 'saved') healed.restored.push(item.room);
				else healed.refused.push({ room: item.room, reason: result.reason });
			}
		},
		lost
	);
	return pushed.state === 'ok' ? { state: 'ok', value: healed } : pushed;
}

/** The number of the comparison, not of the push after it: others may have written in between. */
function note(healed: Healed, room: RoomName, { deviceLacks, seq }: CompareResult): void {
	if (deviceLacks) healed.pull.push(room);
	else healed.have.set(room, seq);
}

async function* contents(documents: HealDocuments, rooms: RoomName[]): AsyncGenerator<PushItem> {
	for (const room of rooms) {
		const update = await documents.content(room);
		if (update) yield { room, update };
	}
}
