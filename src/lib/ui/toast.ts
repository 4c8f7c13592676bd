type Action = { label: string; act: () => void };

/** Long enough to read two lines and reach the button. */
const STAY_MS = 8_000;

/** Toasts are no part of the first page; what shows them is loaded with the first one. */
const toasts = async () => (await import('svelte-sonner')).toast;

/** Says something that has happened, with one way to answer it. */
export function say(text: string, action?: Action): void {
	void toasts().then((toast) => toast(text, options(action)));
}

/** A notice that stays until it is closed or `dismiss(id)`; the same `id` replaces the earlier one. */
export function announce(id: string, text: string, detail: string, action: Action): void {
	void toasts().then((toast) =>
		toast(text, { ...options(action), id, description: detail, duration: Infinity })
	);
}

export function dismiss(id: string): void {
	void toasts().then((toast) => toast.dismiss(id));
}

const options = (action: Action | undefined) => ({
	duration: STAY_MS,
	...(action ? { action: { label: action.label, onClick: action.act } } : {})
});
