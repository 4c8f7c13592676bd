import { ENTRANCES } from '../entrances.ts';
import { can } from '../rights.ts';
import { answerBytes, refuse } from './answers.ts';
import type { HttpContext, HttpHandler } from './context.ts';

const MOST_ROWS = 1_000;

/**
 * `GET /api/history/<room>`: who wrote when, newest first (`before`, `limit`), as JSON; or with `at` the document as it
 * was at that sequence number, as one Yjs update (rule 11).
 */
export const showHistory =
	({ reader, house }: HttpContext): HttpHandler =>
	async (c) => {
		const right = can(c.get('member'), ENTRANCES.history.room, c.req.param('room') ?? '', house.workspace);
		if (right.state === 'refused') return refuse(c, right.reason);
		const at = readNumber(c.req.query('at'));
		const before = readNumber(c.req.query('before')) ?? Number.MAX_SAFE_INTEGER;
		const limit = readNumber(c.req.query('limit')) ?? 100;
		if (Number.isNaN(at) || Number.isNaN(before) || Number.isNaN(limit)) return refuse(c, 'malformed');
		if (at !== undefined) {
			const state = await reader.ask('stateAt', right.room, at);
			return state ? answerBytes(state) : refuse(c, 'unknownRoom');
		}
		const rows = await reader.ask('history', right.room, before, Math.min(limit, MOST_ROWS));
		return c.json({ room: right.room, rows });
	};

/** A whole number of 0 or more; undefined when none is given, NaN when it is something else. */
const readNumber = (text: string | undefined): number | undefined =>
	text === undefined ? undefined : /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
