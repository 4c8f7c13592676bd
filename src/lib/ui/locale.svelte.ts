import { getLocale, setLocale, type Locale } from '#paraglide/runtime.js';

let shown = $state<Locale>(getLocale());

/** The language on screen. The root layout keys the page on it, because messages are plain functions. */
export const locale = {
	get current(): Locale {
		return shown;
	}
};

/** Shows everything in `next` and remembers it on this device, without loading the page again. */
export function chooseLocale(next: Locale): void {
	void setLocale(next, { reload: false });
	shown = next;
}
