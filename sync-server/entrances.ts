import type { ClientFrame } from '#core/protocol/mux.ts';

/** Who may come through: anybody, or only one with a session (or, for scripts, the token). */
type Who = 'anybody' | 'member';

/** Which right at the room it names: `listed` entrances show only what the member may read. */
type RoomRight = 'none' | 'read' | 'write' | 'listed';

/**
 * From where. `own`: our own page or a script; `link`: also a click on a link somewhere else, because the answer
 * is the public page. A foreign Origin or Host comes in nowhere (rule 20).
 */
type From = 'own' | 'link';

export type Entrance = { who: Who; room: RoomRight; from: From } & (
	{ by: 'http'; method: 'GET' | 'POST'; path: string } | { by: 'upgrade' }
);

/** Every way into the relay (rule 17), but for the frames below. What has no row is answered by nobody. */
export const ENTRANCES = {
	health: { by: 'http', method: 'GET', path: '/api/health', who: 'anybody', room: 'none', from: 'own' },
	workspace: { by: 'http', method: 'GET', path: '/api/workspace', who: 'anybody', room: 'none', from: 'own' },
	session: { by: 'http', method: 'POST', path: '/api/session', who: 'anybody', room: 'none', from: 'own' },
	directory: { by: 'http', method: 'GET', path: '/api/directory', who: 'member', room: 'none', from: 'own' },
	index: { by: 'http', method: 'GET', path: '/api/index', who: 'member', room: 'listed', from: 'own' },
	pull: { by: 'http', method: 'POST', path: '/api/pull', who: 'member', room: 'listed', from: 'own' },
	push: { by: 'http', method: 'POST', path: '/api/push', who: 'member', room: 'write', from: 'own' },
	compare: { by: 'http', method: 'POST', path: '/api/compare', who: 'member', room: 'read', from: 'own' },
	history: {
		by: 'http',
		method: 'GET',
		path: '/api/history/:room{.+}',
		who: 'member',
		room: 'read',
		from: 'own'
	},
	page: { by: 'http', method: 'GET', path: '*', who: 'anybody', room: 'none', from: 'link' },
	mux: { by: 'upgrade', who: 'member', room: 'none', from: 'own' },
	stock: { by: 'upgrade', who: 'member', room: 'read', from: 'own' }
} as const satisfies Record<string, Entrance>;

export type EntranceName = keyof typeof ENTRANCES;

/** The entrances that are HTTP routes. */
export type HttpEntrance = {
	[Name in EntranceName]: (typeof ENTRANCES)[Name]['by'] extends 'http' ? Name : never;
}[EntranceName];

export const HTTP_ENTRANCES = (Object.keys(ENTRANCES) as EntranceName[]).filter(
	(name): name is HttpEntrance => ENTRANCES[name].by === 'http'
);

/**
 * What each frame of a device needs of the room that it names; the connection has a member already. A new kind of
 * frame without a row does not compile. That a `data` frame writes is found only when it is read: the log asks then,
 * and of what is new in it alone (rule 6).
 */
export const FRAMES = {
	open: { room: 'read' },
	data: { room: 'write' },
	part: { room: 'write' },
	close: { room: 'none' },
	follow: { room: 'listed' },
	ping: { room: 'none' }
} as const satisfies Record<ClientFrame['kind'], { room: RoomRight }>;
