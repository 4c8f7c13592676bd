const SAFE = new Set(['http:', 'https:', 'mailto:', 'tel:', 'sms:']);
const HAS_SCHEME = /^[a-z][a-z0-9+.-]*:/i;

/**
 * The address that a link may lead to, or undefined when it must lead nowhere (`javascript:`, `data:`, nonsense).
 * What has no scheme is taken as a web address, with an @ and no slash as an e-mail address.
 */
export function safeUrl(typed: string): string | undefined {
	// Browsers ignore control characters and white space inside a scheme, so `java\nscript:` would be run.
	const url = [...typed].filter((sign) => sign > ' ' && !(sign >= '\u007f' && sign <= '\u00a0')).join('');
	if (url === '') return undefined;
	const whole = HAS_SCHEME.test(url) && !/^[^:/]+\.[^:/]+:\d/.test(url) ? url : withScheme(url);
	return URL.canParse(whole) && SAFE.has(new URL(whole).protocol) ? whole : undefined;
}

function withScheme(url: string): string {
	return url.includes('@') && !url.includes('/') ? `mailto:${url}` : `https://${url.replace(/^\/+/, '')}`;
}
