import { MAX_PUSH_ROOMS } from '#core/protocol/limits.ts';
import { decodeCompareRequest, encodeCompareResults, type CompareResult } from '#core/protocol/messages.ts';
import { ENTRANCES } from '../entrances.ts';
import { can } from '../rights.ts';
import { answerBytes, refuse } from './answers.ts';
import { decodeBody } from './body.ts';
import type { HttpContext, HttpHandler } from './context.ts';

/** Documents compared without a break in the reader thread: handshakes wait there too. */
const HANDFUL = 20;

/** `POST /api/compare`: what device and relay lack of each other, after positions have diverged (rule 12). */
export const compare =
	({ reader, house, logger }: HttpContext): HttpHandler =>
	async (c) => {
		const request = await decodeBody(c, decodeCompareRequest);
		if (!request) return refuse(c, 'malformed');
		const { items } = request;
		if (items.length > MAX_PUSH_ROOMS) return refuse(c, 'tooLarge');
		for (const { room } of items) {
			const right = can(c.get('member'), ENTRANCES.compare.room, room, house.workspace);
			if (right.state === 'refused') return refuse(c, right.reason);
		}
		const results: CompareResult[] = [];
		for (let at = 0; at < items.length; at += HANDFUL) {
			try {
				const compared = await reader.ask('compare', { items: items.slice(at, at + HANDFUL) });
				if (!compared) return refuse(c, 'malformed');
				results.push(...compared);
			} catch (error) {
				logger.error({ error }, 'the log could not be read for a comparison');
				return refuse(c, 'unavailable');
			}
		}
		return answerBytes(encodeCompareResults(results));
	};
