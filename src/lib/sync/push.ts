import type { RoomName } from '#core/model/id.ts';
import { MAX_PUSH_BYTES, MAX_UPDATE_BYTES } from '#core/protocol/limits.ts';
import {
	decodePushResults,
	encodePushRequest,
	type Position,
	type PushResult
} from '#core/protocol/messages.ts';
import type { Answer, RelayApi } from './answer.ts';
import { ask, MalformedAnswer, parse, readBytes } from './ask.ts';
import { batchesOf } from './batches.ts';

export type PushItem = { room: RoomName; update: Uint8Array };
export type Pushed<T> = { item: T; result: PushResult };

/** Half of what the relay takes, and documents enough to be worth one commit. */
const BATCH = { most: 500, bytes: MAX_PUSH_BYTES / 2 };

/**
 * Sends updates in batches, one after the other (rule 22). `settled` is told the results of each batch, and awaited;
 * `saved` means durable on the relay. Stops at the first batch that gets no answer: what was settled stays so, and the
 * rest may be sent again, since the relay drops what it holds. `restoredFrom`: see `heal`.
 */
export async function push<T extends PushItem>(
	api: RelayApi,
	items: AsyncIterable<T> | Iterable<T>,
	settled: (results: Pushed<T>[]) => Promise<void> | void,
	restoredFrom?: Position
): Promise<Answer<undefined>> {
	for await (const batch of batchesOf(items, ({ update, room }) => update.length + room.length + 16, BATCH)) {
		const answer = await pushBatch(api, batch, restoredFrom);
		if (answer.state !== 'ok') return answer;
		await settled(answer.value);
	}
	return { state: 'ok', value: undefined };
}

async function pushBatch<T extends PushItem>(
	api: RelayApi,
	batch: T[],
	restoredFrom: Position | undefined
): Promise<Answer<Pushed<T>[]>> {
	const [only] = batch;
	if (only && batch.length === 1 && only.update.length > MAX_UPDATE_BYTES)
		return { state: 'ok', value: [{ item: only, result: { state: 'refused', reason: 'tooLarge' } }] };
	const body = encodePushRequest({ restoredFrom, items: batch });
	return ask(api, { path: '/api/push', body, documents: batch.length }, async (chunks) => {
		const bytes = await readBytes(chunks);
		const results = parse(() => decodePushResults(bytes));
		return batch.map((item, at) => {
			const result = results[at];
			if (!result || results.length !== batch.length) throw new MalformedAnswer('one result for each item');
			return { item, result };
		});
	});
}
