import { setCookie } from 'hono/cookie';
import * as v from 'valibot';
import { isId, type MemberId } from '#core/model/id.ts';
import { sessionCookie } from '../authorise.ts';
import { cleanName } from '../members/member-name.ts';
import { refuse } from './answers.ts';
import type { HttpContext, HttpHandler } from './context.ts';

const SESSION_REQUEST = v.object({
	member: v.custom<MemberId>(isId),
	name: v.pipe(v.string(), v.maxLength(1_000)),
	/** 32 random bytes in base64url. */
	secret: v.pipe(v.string(), v.regex(/^[\w-]{43,100}$/))
});

/** As long as browsers keep a cookie at most. */
const SESSION_SECONDS = 400 * 24 * 60 * 60;

/** `POST /api/session`: a member of this device comes in; the first to bring an id and a secret registers it. */
export const startSession =
	({ house, sessionPace }: HttpContext): HttpHandler =>
	async (c) => {
		const address = c.env.incoming.socket.remoteAddress ?? '';
		const isTooFast = await sessionPace.consume(address).then(
			() => false,
			() => true
		);
		if (isTooFast) return refuse(c, 'tooFast');
		const body: unknown = await c.req.json().catch(() => undefined);
		const wish = v.safeParse(SESSION_REQUEST, body);
		const name = wish.success ? cleanName(wish.output.name) : undefined;
		if (!wish.success || name === undefined) return refuse(c, 'malformed');

		const signIn = house.members.signIn(wish.output.member, name, wish.output.secret);
		if (signIn.state === 'memberTaken') return refuse(c, 'memberTaken');
		setCookie(c, sessionCookie(house.workspace), signIn.token, {
			httpOnly: true,
			sameSite: 'Strict',
			path: '/',
			maxAge: SESSION_SECONDS
		});
		return c.json({ member: signIn.member, name });
	};
