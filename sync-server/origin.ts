import type { IncomingHttpHeaders } from 'node:http';
import type { RefusalReason } from '#core/protocol/refusal.ts';
import type { Entrance } from './entrances.ts';

/** Where a request says that it comes from: our own page, a script without any page, or a plain look at an address. */
export type Origin = { state: 'ownPage' } | { state: 'noPage' } | { state: 'refused'; reason: RefusalReason };

const NAMES = ['127.0.0.1', 'localhost', '[::1]'];

/** The values of `Host` that name a relay on this port of this machine. */
const ownHosts = (port: number): string[] => [
	...NAMES.map((name) => `${name}:${port}`),
	...(port === 80 ? NAMES : [])
];

/**
 * Checks Host and Origin (rule 20). Loopback is no boundary: any page in a browser of this machine can connect,
 * and a name that its owner points at 127.0.0.1 makes it look like the same origin; only Host tells them apart.
 */
export function judgeOrigin(
	headers: IncomingHttpHeaders,
	port: number,
	entrance: Pick<Entrance, 'from'>
): Origin {
	const { host, origin } = headers;
	if (host === undefined || !ownHosts(port).includes(host)) return { state: 'refused', reason: 'wrongHost' };
	if (origin !== undefined)
		return origin === `http://${host}` ? { state: 'ownPage' } : { state: 'refused', reason: 'wrongOrigin' };
	// Browsers send no Origin with a plain GET, but since 2020-2023 they say from what site it comes.
	const site = headers['sec-fetch-site'];
	if (site === undefined) return { state: 'noPage' };
	if (site === 'same-origin') return { state: 'ownPage' };
	if (site === 'none' || entrance.from === 'link') return { state: 'noPage' };
	return { state: 'refused', reason: 'wrongOrigin' };
}
