/**
 * The Content-Security-Policy header for the built page (rule 32): its inline bootstrap script comes in by the hash
 * that the build wrote into the page's own policy, and by nothing else. Styles need no exception: Svelte and Lexical
 * set them through the CSSOM, which the policy leaves alone.
 */
export function contentSecurityPolicy(page: string): string {
	const hashes = scriptHashes(page).map((hash) => ` '${hash}'`);
	return [
		`default-src 'self'`,
		`script-src 'self'${hashes.join('')}`,
		`style-src 'self'`,
		`img-src 'self' data: blob:`,
		`font-src 'self'`,
		// The relay's own sockets: browsers take 'self' to include ws: on the same host and port.
		`connect-src 'self'`,
		`worker-src 'self'`,
		`manifest-src 'self'`,
		`object-src 'none'`,
		`base-uri 'self'`,
		`form-action 'self'`,
		`frame-ancestors 'none'`
	].join('; ');
}

function scriptHashes(page: string): string[] {
	const meta = /<meta http-equiv="content-security-policy" content="([^"]*)"/i.exec(page)?.[1] ?? '';
	const scripts = meta.split(';').find((directive) => directive.trim().startsWith('script-src ')) ?? '';
	return [...scripts.matchAll(/'(sha(?:256|384|512)-[A-Za-z0-9+/=]+)'/g)].flatMap(([, hash]) => hash ?? []);
}

/** Headers of every answer, whatever it is. */
export const SAFETY_HEADERS: Readonly<Record<string, string>> = {
	'X-Content-Type-Options': 'nosniff',
	'X-Frame-Options': 'DENY',
	'Referrer-Policy': 'no-referrer',
	'Cross-Origin-Opener-Policy': 'same-origin',
	'Cross-Origin-Resource-Policy': 'same-origin',
	'Permissions-Policy': 'camera=(), microphone=(), geolocation=(), payment=(), usb=()'
};

/** The policy of an answer that is no page: it may do nothing. */
export const NO_PAGE_POLICY = `default-src 'none'; frame-ancestors 'none'`;
