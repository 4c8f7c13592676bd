import type { RoomName } from '#core/model/id.ts';
import { MAX_PUSH_BYTES, MAX_PUSH_ROOMS } from '#core/protocol/limits.ts';
import { decodeCompareResults, encodeCompareRequest, type CompareResult } from '#core/protocol/messages.ts';
import type { Answer, RelayApi } from './answer.ts';
import { ask, parse, readBytes } from './ask.ts';
import { batchesOf } from './batches.ts';

/** An encoded Yjs snapshot: state vector and delete set (state vectors alone do not see deletes). */
export type DocumentSnapshot = { room: RoomName; snapshot: Uint8Array };

/** Asks, in batches, how the device's documents differ from the relay's; `compared` gets one document at a time. */
export async function compare(
	api: RelayApi,
	documents: AsyncIterable<DocumentSnapshot>,
	compared: (room: RoomName, result: CompareResult) => void
): Promise<Answer<undefined>> {
	const limits = { most: MAX_PUSH_ROOMS / 4, bytes: MAX_PUSH_BYTES / 4 };
	for await (const batch of batchesOf(documents, ({ snapshot }) => snapshot.length + 128, limits)) {
		const body = encodeCompareRequest({ items: batch });
		const answer = await ask(api, { path: '/api/compare', body, documents: batch.length }, async (chunks) => {
			const bytes = await readBytes(chunks);
			return parse(() => decodeCompareResults(bytes));
		});
		if (answer.state !== 'ok') return answer;
		if (answer.value.length !== batch.length) return { state: 'unreachable', why: 'malformed' };
		batch.forEach(({ room }, at) => {
			const result = answer.value[at];
			if (result) compared(room, result);
		});
	}
	return { state: 'ok', value: undefined };
}
