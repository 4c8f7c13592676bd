import { createContext } from 'svelte';
import type { Source } from '$lib/storage/source.ts';
import type { Present } from '$lib/workspace/open-party.ts';

export type PageHead = {
	/** The page's heading in the bar; without it the page has its own. */
	heading?: string;
	/** A figure beside the heading. */
	count?: string;
	back?: { href: string; label: string };
	present?: Source<readonly Present[]>;
};

/** What the bar at the top shows for the page on screen. */
export class PageFrame {
	head = $state.raw<PageHead>({});

	/** To be called in an effect; the answer clears the bar again. */
	show(head: PageHead): () => void {
		this.head = head;
		return () => {
			if (this.head === head) this.head = {};
		};
	}
}

const [useFrame, provideFrame] = createContext<PageFrame>();
export { useFrame, provideFrame };
