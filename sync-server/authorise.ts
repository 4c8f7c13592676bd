import type { IncomingHttpHeaders } from 'node:http';
import { parse as parseCookies } from 'hono/utils/cookie';
import type { MemberId, WorkspaceId } from '#core/model/id.ts';
import type { RefusalReason } from '#core/protocol/refusal.ts';
import { isSameSecret } from './data-dir/token.ts';
import { ENTRANCES, type Entrance, type EntranceName } from './entrances.ts';
import type { Members } from './members/members.ts';
import { judgeOrigin } from './origin.ts';

/** Who stands at an entrance, after all checks that need no room. */
type Caller = { state: 'anybody' } | { state: 'member'; member: MemberId };
export type Judgement = Caller | { state: 'refused'; reason: RefusalReason };

/** What of a request decides: its headers, whether it changes anything, and the token in its address. */
export type Request = {
	headers: IncomingHttpHeaders;
	method: string;
	queryToken: string | undefined;
};

/** The relay's own facts that the decision needs. `port` is known once it listens. */
export type House = { workspace: WorkspaceId; token: string; port: number; members: Members };

/** The name of the session's cookie: cookies know no port, and two workspaces may stand on one machine. */
export const sessionCookie = (workspace: WorkspaceId): string => `rapport_${workspace.slice(0, 8)}`;

/** Decides, by the entrance's row, whether a request may come in at all. What is not allowed is refused. */
export function authorise(name: EntranceName, request: Request, house: House): Judgement {
	const entrance: Entrance = ENTRANCES[name];
	const origin = judgeOrigin(request.headers, house.port, entrance);
	if (origin.state === 'refused') return origin;

	const token = request.queryToken ?? bearerOf(request.headers);
	const scripted = token !== undefined && isSameSecret(token, house.token);
	if (token !== undefined && !scripted) return { state: 'refused', reason: 'noSession' };
	// A request that changes something and comes from no page is a script's, and a script has the token.
	const changes = entrance.by === 'upgrade' || (request.method !== 'GET' && request.method !== 'HEAD');
	if (changes && origin.state === 'noPage' && !scripted) return { state: 'refused', reason: 'noSession' };

	if (entrance.who === 'anybody') return { state: 'anybody' };
	const member = scripted ? house.members.script : sessionMember(request.headers, house);
	return member ? { state: 'member', member } : { state: 'refused', reason: 'noSession' };
}

function sessionMember(headers: IncomingHttpHeaders, house: House): MemberId | undefined {
	const name = sessionCookie(house.workspace);
	const session = parseCookies(headers.cookie ?? '', name)[name];
	return session === undefined ? undefined : house.members.memberOfSession(session);
}

const bearerOf = (headers: IncomingHttpHeaders): string | undefined =>
	/^Bearer ([\w-]{1,200})$/.exec(headers.authorization ?? '')?.[1];
