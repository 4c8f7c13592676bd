import type { RoomName } from '#core/model/id.ts';
import { encodePullRequest, PullReader, type Position, type PullRequest } from '#core/protocol/messages.ts';
import type { Answer, RelayApi } from './answer.ts';
import { ask, MalformedAnswer, parse } from './ask.ts';

/** Updates of one document up to `seq`, in the order of the log. */
export type PulledRoom = { room: RoomName; seq: number; updates: Uint8Array[] };

export type PullEnd =
	/** Everything up to `position` is here. */
	| { state: 'complete'; position: Position }
	/** The relay does not know the position that was named: `heal` first (rule 12). Nothing was delivered. */
	| { state: 'diverged'; position: Position };

/** Documents that are handed over at a time, at most: one write of the shelf. */
const BATCH = 200;

/**
 * Fetches what the device lacks of all documents (rule 22). `take` gets documents in batches while the stream waits
 * for it; when it rejects, pull rejects. A stream that is cut off is `unreachable`; what was taken stays good,
 * but the position is not reached.
 */
export const pull = (
	api: RelayApi,
	request: PullRequest,
	take: (rooms: PulledRoom[]) => Promise<void>
): Promise<Answer<PullEnd>> =>
	ask(api, { path: '/api/pull', body: encodePullRequest(request) }, async (chunks): Promise<PullEnd> => {
		const reader = new PullReader();
		let batch: PulledRoom[] = [];
		const flush = async (): Promise<void> => {
			const full = batch;
			batch = [];
			if (full.length > 0) await take(full);
		};
		for await (const chunk of chunks) {
			for (const item of parse(() => reader.push(chunk))) {
				if (item.kind === 'room') {
					batch.push({ room: item.room, seq: item.seq, updates: item.updates });
					if (batch.length >= BATCH) await flush();
					continue;
				}
				await flush();
				return { state: item.kind === 'end' ? 'complete' : 'diverged', position: item.position };
			}
			await flush();
		}
		throw new MalformedAnswer('the stream has no end');
	});
