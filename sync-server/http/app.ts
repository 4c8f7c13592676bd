import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import { Hono, type MiddlewareHandler } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { MAX_PUSH_BYTES } from '#core/protocol/limits.ts';
import type { WorkspaceInfo } from '#core/protocol/messages.ts';
import { PROTOCOL_VERSION } from '#core/protocol/version.ts';
import { authorise } from '../authorise.ts';
import { ENTRANCES, HTTP_ENTRANCES, type HttpEntrance } from '../entrances.ts';
import { NO_PAGE_POLICY, SAFETY_HEADERS } from '../page/csp.ts';
import { refuse } from './answers.ts';
import { compare } from './compare.ts';
import type { Env, HttpContext, HttpHandler } from './context.ts';
import { showFeedPage } from './feed.ts';
import { showHistory } from './history.ts';
import { pull } from './pull.ts';
import { push } from './push.ts';
import { startSession } from './session.ts';

/** Bytes of a body where `limits.ts` names none. */
const MAX_BODY_BYTES: Record<HttpEntrance, number> = {
	health: 0,
	workspace: 0,
	session: 8 * 1024,
	directory: 0,
	index: 0,
	pull: 16 * 1024 * 1024,
	push: MAX_PUSH_BYTES,
	compare: MAX_PUSH_BYTES,
	history: 0,
	page: 0
};

/** The HTTP side of the relay: one handler for each row of the table of entrances, and no other route. */
export function createApp(context: HttpContext): Hono<Env> {
	const app = new Hono<Env>();
	const handlers = createHandlers(context);
	app.use(async (c, next) => {
		for (const [name, value] of Object.entries(SAFETY_HEADERS)) c.env.outgoing.setHeader(name, value);
		await next();
	});
	for (const name of HTTP_ENTRANCES) {
		const { method, path } = ENTRANCES[name];
		app.on(
			method,
			path,
			guard(name, context),
			bodyLimit({ maxSize: MAX_BODY_BYTES[name], onError: (c) => refuse(c, 'tooLarge') }),
			handlers[name]
		);
	}
	app.notFound((c) => refuse(c, 'unknownMessage', 404));
	app.onError((error, c) => {
		context.logger.error({ error, path: c.req.path }, 'a request failed');
		return refuse(c, 'unavailable');
	});
	assertRoutesHaveRows(app);
	return app;
}

/** Throws when a route stands that no row of the table allows (rule 17). */
export function assertRoutesHaveRows(app: Hono<Env>): void {
	const rows = new Set(HTTP_ENTRANCES.map((name) => `${ENTRANCES[name].method} ${rowPath(name)}`));
	for (const { method, path } of app.routes)
		if (!rows.has(`${method} ${path}`) && !(method === 'ALL' && path === '/*'))
			throw new Error(`${method} ${path} has no row in the table of entrances`);
}

const rowPath = (name: HttpEntrance): string => (ENTRANCES[name].path === '*' ? '/*' : ENTRANCES[name].path);

function createHandlers(context: HttpContext): Record<HttpEntrance, HttpHandler> {
	const { house, servePage, isWell } = context;
	return {
		health: (c) =>
			isWell() ? c.json({ state: 'well', version: PROTOCOL_VERSION }) : refuse(c, 'unavailable'),
		workspace: (c) =>
			c.json({
				workspace: house.workspace,
				version: PROTOCOL_VERSION,
				mode: 'loopback'
			} satisfies WorkspaceInfo),
		session: startSession(context),
		directory: (c) => c.json(house.members.directory),
		index: showFeedPage(context),
		pull: pull(context),
		push: push(context),
		compare: compare(context),
		history: showHistory(context),
		page: (c) => {
			servePage(c.env.incoming, c.env.outgoing as Parameters<typeof servePage>[1]);
			return RESPONSE_ALREADY_SENT;
		}
	};
}

/** Lets nobody through whom the entrance's row does not allow. */
const guard =
	(name: HttpEntrance, { house, logger }: HttpContext): MiddlewareHandler<Env> =>
	async (c, next) => {
		const judgement = authorise(
			name,
			{ headers: c.env.incoming.headers, method: c.req.method, queryToken: c.req.query('token') },
			house
		);
		if (name !== 'page') {
			c.env.outgoing.setHeader('Cache-Control', 'no-store');
			c.env.outgoing.setHeader('Content-Security-Policy', NO_PAGE_POLICY);
		}
		if (judgement.state === 'refused') {
			logger.info({ entrance: name, reason: judgement.reason }, 'request refused');
			return refuse(c, judgement.reason);
		}
		if (judgement.state === 'member') c.set('member', judgement.member);
		await next();
	};
