import { toast } from 'svelte-sonner';

type Action = { label: string; act: () => void };

/** Long enough to read two lines and reach the button. */
const STAY_MS = 8_000;

/** Says something that has happened, with one way to answer it. */
export function say(text: string, action?: Action): void {
	toast(text, options(action));
}

/** Says what went wrong; stays until it is closed. */
export function sayProblem(text: string, detail: string, action?: Action): void {
	toast.error(text, { ...options(action), description: detail, duration: Infinity });
}

/** A notice that stays until it is closed or `dismiss(id)`; the same `id` replaces the earlier one. */
export function announce(id: string, text: string, detail: string, action: Action): void {
	toast(text, { ...options(action), id, description: detail, duration: Infinity });
}

export const dismiss = (id: string): void => void toast.dismiss(id);

const options = (action: Action | undefined) => ({
	duration: STAY_MS,
	...(action ? { action: { label: action.label, onClick: action.act } } : {})
});
