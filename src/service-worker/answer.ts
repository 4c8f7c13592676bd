/** Who answers a request: the page's shell or a kept file from the cache, or nobody but the network. */
export type Answer = 'shell' | 'kept' | 'network';

/** Addresses of the relay. The worker never touches them: they carry data, sessions and streams. */
const RELAY = /^\/(api|sync)(\/|$)/;

/**
 * Who answers (rule 27). `kept` are the paths of all files of this build. Navigations get the shell from the cache
 * first, whatever the network does: all routing is in the page.
 */
export function answerFor(
	request: { method: string; url: string; mode: string },
	origin: string,
	kept: ReadonlySet<string>
): Answer {
	const url = new URL(request.url);
	if (request.method !== 'GET' || url.origin !== origin || RELAY.test(url.pathname)) return 'network';
	if (kept.has(url.pathname)) return 'kept';
	if (request.mode === 'navigate') return 'shell';
	// A tab of the version before may still ask for its own chunks; its cache is kept for that.
	return url.pathname.startsWith('/_app/') ? 'kept' : 'network';
}

/** The caches to drop when `current` has taken over: all of ours but it and the newest one before. */
export function outdated(names: readonly string[], current: string, prefix: string): string[] {
	const before = names.filter((name) => name.startsWith(prefix) && name !== current);
	return before.slice(0, -1);
}
