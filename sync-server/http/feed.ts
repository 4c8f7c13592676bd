import type { Position } from '#core/protocol/messages.ts';
import { answerBytes, refuse } from './answers.ts';
import type { HttpContext, HttpHandler } from './context.ts';

/** `GET /api/index?incarnation=I&since=N`: a FeedPage after that position of the feed. */
export const showFeedPage =
	({ index, logger }: HttpContext): HttpHandler =>
	async (c) => {
		const incarnation = c.req.query('incarnation') ?? '';
		const since = c.req.query('since') ?? '0';
		if (!/^\d{1,15}$/.test(since) || incarnation.length > 100) return refuse(c, 'malformed');
		const known: Position | undefined = incarnation === '' ? undefined : { incarnation, seq: Number(since) };
		try {
			return answerBytes(await index.page(known), 'application/json');
		} catch (error) {
			logger.warn({ error }, 'no page of the feed');
			return refuse(c, 'unavailable');
		}
	};
