import { createContext } from 'svelte';
import type { PartyRow } from '#core/documents/row.ts';
import type { PartyId } from '#core/model/id.ts';
import { live } from '$lib/reactivity/live.ts';
import type { Anchor } from '$lib/ui/scroll-anchor.ts';
import type { PartyRows } from '$lib/workspace/workspace.ts';
import { readKept } from './kept-browsing.ts';
import { PartyList, type PartySort } from './party-list.ts';

const KEY = 'rapport.browsing';

/** How the party list is being looked at; lives as long as the workspace is open, so that Back finds it as it was. */
export class PartyBrowsing {
	readonly list: PartyList;
	typed = $state('');
	sort = $state<PartySort>('name');
	/** The row that was opened or walked to last. */
	active = $state<PartyId>();
	/** Where the list is scrolled to; not read by any template. */
	anchor: Anchor | undefined;
	readonly #found;

	constructor(rows: PartyRows) {
		this.list = new PartyList(rows);
		this.#found = live(this.list, () => this.list.find(this.typed, this.sort));
		this.#restore();
		this.#warm();
	}

	get rows(): readonly PartyRow[] {
		return this.#found.current;
	}

	/** Keeps for this tab how the list is looked at, so that a reload finds it as it was too. */
	keep(): void {
		const { typed, sort, anchor, active } = this;
		sessionStorage.setItem(KEY, JSON.stringify({ typed, sort, anchor, active }));
	}

	#restore(): void {
		const kept = readKept(sessionStorage.getItem(KEY));
		this.typed = kept.typed;
		this.sort = kept.sort;
		this.anchor = kept.anchor;
		this.active = kept.active;
	}

	/** Prepares the first filter in pauses, so that its first keystroke is as quick as any. */
	#warm(): void {
		const work = (isTimeLeft: () => boolean): void => {
			if (this.list.warm(isTimeLeft)) this.#warm();
		};
		if ('requestIdleCallback' in window) requestIdleCallback((idle) => work(() => idle.timeRemaining() > 2));
		else {
			const until = performance.now() + 8;
			setTimeout(() => work(() => performance.now() < until), 50);
		}
	}
}

const [useBrowsing, provideBrowsing] = createContext<PartyBrowsing>();
export { useBrowsing, provideBrowsing };
