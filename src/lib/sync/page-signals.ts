/** What a page tells about its network; a worker or Node has none. */
export type PageSignals = {
	network: EventTarget;
	visibility: EventTarget & { readonly visibilityState: string };
};

/** The page's own signals, undefined where there is no page. */
export const ownPage = (): PageSignals | undefined =>
	typeof window === 'undefined' ? undefined : { network: window, visibility: document };

/** Calls back until stopped: the network is back or the page is looked at again; the network is gone. */
export function watchPage(page: PageSignals | undefined, back: () => void, gone: () => void): () => void {
	if (!page) return () => undefined;
	const { network, visibility } = page;
	const shown = (): void => {
		if (visibility.visibilityState === 'visible') back();
	};
	network.addEventListener('online', back);
	network.addEventListener('offline', gone);
	visibility.addEventListener('visibilitychange', shown);
	return () => {
		network.removeEventListener('online', back);
		network.removeEventListener('offline', gone);
		visibility.removeEventListener('visibilitychange', shown);
	};
}
