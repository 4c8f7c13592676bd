import { Hono } from 'hono';
import { pino } from 'pino';
import { expect, it } from 'vitest';
import * as Y from 'yjs';
import { newId, type MemberId, type PartyId, type WorkspaceId } from '#core/model/id.ts';
import { encodeCompareRequest } from '#core/protocol/messages.ts';
import { partyRoom } from '#core/protocol/room.ts';
import { ReaderCalls } from '../log/reader-calls.ts';
import { compare } from './compare.ts';
import type { Env, HttpContext } from './context.ts';

const workspace = newId<WorkspaceId>();

/** What the entrance answers to one snapshot, over a log that can't be read. */
async function answerTo(snapshot: Uint8Array): Promise<[number, unknown]> {
	const unreadable = {
		content: () => {
			throw new Error('disk I/O error');
		}
	};
	const calls = new ReaderCalls(unreadable as unknown as ConstructorParameters<typeof ReaderCalls>[0], 'x');
	const reader = {
		// Async like the thread, so that what is thrown is a rejection.
		ask: async (_method: 'compare', request: Parameters<ReaderCalls['compare']>[0]) =>
			Promise.resolve(calls.compare(request))
	};
	const app = new Hono<Env>();
	app.use(async (c, next) => {
		c.set('member', newId<MemberId>());
		await next();
	});
	const context = { reader, house: { workspace }, logger: pino({ level: 'silent' }) };
	app.post('/', compare(context as unknown as HttpContext));
	const items = [{ room: partyRoom(workspace, newId<PartyId>()), snapshot }];
	const answer = await app.request('/', {
		method: 'POST',
		body: encodeCompareRequest({ items }).slice()
	});
	return [answer.status, await answer.json()];
}

it('12. a log that can not be read is no fault of the device: it asks again', async () => {
	expect(await answerTo(Y.encodeSnapshot(Y.emptySnapshot))).toEqual([503, { refused: 'unavailable' }]);
});

it('12. a torn snapshot is malformed', async () => {
	expect(await answerTo(new Uint8Array([255]))).toEqual([400, { refused: 'malformed' }]);
});
