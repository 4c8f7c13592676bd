import { MAX_PUSH_ROOMS } from '#core/protocol/limits.ts';
import {
	decodePushRequest,
	encodePushResults,
	type PushRequest,
	type PushResult
} from '#core/protocol/messages.ts';
import { ENTRANCES } from '../entrances.ts';
import { can } from '../rights.ts';
import { answerBytes, refuse } from './answers.ts';
import { decodeBody } from './body.ts';
import type { HttpContext, HttpHandler } from './context.ts';

/** Items on their way to the log at once: between two such handfuls the writes of others have their turn. */
const HANDFUL = 32;

/** `POST /api/push`: updates of closed documents, answered one by one and in order. */
export const push =
	(context: HttpContext): HttpHandler =>
	async (c) => {
		const request = await decodeBody(c, decodePushRequest);
		if (!request) return refuse(c, 'malformed');
		if (request.items.length > MAX_PUSH_ROOMS) return refuse(c, 'tooLarge');
		const vouched = await isFromLostLog(context, request);
		const results: PushResult[] = [];
		for (let at = 0; at < request.items.length; at += HANDFUL) {
			const handful = request.items.slice(at, at + HANDFUL);
			results.push(
				...(await Promise.all(handful.map((item) => pushOne(context, item, c.get('member'), vouched))))
			);
		}
		return answerBytes(encodePushResults(results));
	};

async function pushOne(
	{ hub, house }: HttpContext,
	{ room, update }: PushRequest['items'][number],
	member: Parameters<typeof can>[0],
	vouched: boolean
): Promise<PushResult> {
	const right = can(member, ENTRANCES.push.room, room, house.workspace);
	if (right.state === 'refused') return right;
	const result = await hub.push(right.room, update, member, vouched);
	switch (result.state) {
		case 'saved':
			return { state: 'saved', seq: result.seq };
		case 'refused':
			return { state: 'refused', reason: result.reason };
		case 'gap':
			return { state: 'refused', reason: 'gapRemains' };
	}
}

/**
 * What a device saves from before a restore may hold structs of others, which only it still has (rule 12). They are
 * taken only when the position it names is none that this log has ever been at.
 */
const isFromLostLog = async ({ reader }: HttpContext, { restoredFrom }: PushRequest): Promise<boolean> =>
	restoredFrom !== undefined && !(await reader.ask('covers', restoredFrom));
