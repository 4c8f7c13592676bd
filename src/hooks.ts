import type { Reroute } from '@sveltejs/kit';

/** An address that can't be decoded is taken by its letters: Kit would throw on it, and the page would stay empty. */
export const reroute: Reroute = ({ url }) => {
	try {
		decodeURI(url.pathname);
		return undefined;
	} catch (error) {
		if (error instanceof URIError) return url.pathname.replaceAll('%', '%25');
		throw error;
	}
};
