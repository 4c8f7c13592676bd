import { untrack } from 'svelte';
import type { Attachment } from 'svelte/attachments';

const GLOW_MS = 2_400;

/** Lets the element glow once whenever `of` becomes another value than it was; not at first, and nothing moves. */
export function glow(of: () => string | undefined): Attachment<HTMLElement> {
	// Read apart, or the attachment would be made anew with each value and know of no other.
	let shown = untrack(of);
	return (element) => {
		const now = of();
		if (now === shown) return;
		shown = now;
		if (now === undefined || matchMedia('(prefers-reduced-motion: reduce)').matches) return;
		element.animate([{ backgroundColor: 'var(--glow)' }, { backgroundColor: 'transparent' }], {
			duration: GLOW_MS,
			easing: 'ease-out'
		});
	};
}
