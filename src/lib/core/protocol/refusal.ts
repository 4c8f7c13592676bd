/**
 * Every way in which the relay says no. `code` is the WebSocket close code when the channel ends with it
 * (4400-4499 are terminal for y-websocket), `status` the HTTP status of the same answer.
 */
export const REFUSALS = {
	malformed: { code: 4400, status: 400 },
	unknownMessage: { code: 4400, status: 400 },
	noSession: { code: 4401, status: 401 },
	wrongOrigin: { code: 4403, status: 403 },
	wrongHost: { code: 4403, status: 403 },
	notAllowed: { code: 4403, status: 403 },
	memberTaken: { code: 4403, status: 403 },
	unknownRoom: { code: 4404, status: 404 },
	clientIdTaken: { code: 4409, status: 409 },
	diverged: { code: 4409, status: 409 },
	tooLarge: { code: 4413, status: 413 },
	gapRemains: { code: 4422, status: 422 },
	clockJump: { code: 4422, status: 422 },
	deleteOfUnknown: { code: 4422, status: 422 },
	unknownRoot: { code: 4422, status: 422 },
	wrongRootType: { code: 4422, status: 422 },
	tooDeep: { code: 4422, status: 422 },
	foreignClient: { code: 4422, status: 422 },
	forbiddenContent: { code: 4422, status: 422 },
	tooFast: { code: 4429, status: 429 },
	tooManyChannels: { code: 4429, status: 429 },
	oldClient: { code: 4426, status: 426 },
	/** Not terminal: the same write may go through later. */
	diskFull: { code: 1013, status: 507 },
	unavailable: { code: 1013, status: 503 },
	shuttingDown: { code: 1012, status: 503 }
} as const satisfies Record<string, { code: number; status: number }>;

/** The name of a refusal: what is logged, sent, tested, and turned into words on the device. */
export type RefusalReason = keyof typeof REFUSALS;

export const isRefusalReason = (value: unknown): value is RefusalReason =>
	typeof value === 'string' && Object.hasOwn(REFUSALS, value);

/** True when trying again, unchanged, may succeed. */
export const isPassing = (reason: RefusalReason): boolean =>
	REFUSALS[reason].code < 4000 || reason === 'tooFast';
