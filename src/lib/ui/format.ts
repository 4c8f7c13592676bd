import { getLocale } from '#paraglide/runtime.js';

type Form = 'time' | 'day' | 'dayShort' | 'dayTime' | 'weekday';

const FORMS: Record<Form, Intl.DateTimeFormatOptions> = {
	time: { hour: '2-digit', minute: '2-digit' },
	day: { day: 'numeric', month: 'long', year: 'numeric' },
	dayShort: { day: '2-digit', month: '2-digit', year: 'numeric' },
	dayTime: { day: '2-digit', month: '2-digit', year: 'numeric', hour: '2-digit', minute: '2-digit' },
	weekday: { weekday: 'long', day: 'numeric', month: 'long' }
};

const TAGS = { de: 'de-DE', en: 'en-GB' } as const;

/** Making a formatter costs a hundred times more than using it, and a list formats at each frame of a scroll. */
function kept<T>(make: (tag: string, form: string) => T): (form: string) => T {
	const made = new Map<string, T>();
	return (form) => {
		const tag = TAGS[getLocale()];
		const key = `${tag} ${form}`;
		const known = made.get(key) ?? make(tag, form);
		made.set(key, known);
		return known;
	};
}

const dates = kept((tag, form) => new Intl.DateTimeFormat(tag, FORMS[form as Form]));
const numbers = kept((tag, digits) => new Intl.NumberFormat(tag, { maximumFractionDigits: Number(digits) }));
const times = kept((tag) => new Intl.RelativeTimeFormat(tag, { numeric: 'auto' }));

/** A date in the language on screen; `at` in ms since the epoch. */
export const formatDate = (at: number, form: Form): string => dates(form).format(at);

/** How long ago in words (`3 minutes ago`, `gestern`); beyond a week the date. */
export function formatAgo(at: number, now: number = Date.now()): string {
	const words = times('');
	const minutes = Math.round((at - now) / 60_000);
	if (minutes === 0) return words.format(0, 'second');
	if (Math.abs(minutes) < 60) return words.format(minutes, 'minute');
	const days = daysBetween(now, at);
	if (days === 0) return words.format(Math.round(minutes / 60), 'hour');
	return Math.abs(days) <= 7 ? words.format(days, 'day') : formatDate(at, 'dayShort');
}

/** Whole calendar days from `from` to `to`, by the clock of the device. */
export function daysBetween(from: number, to: number): number {
	const start = (at: number): number => {
		const day = new Date(at);
		return Date.UTC(day.getFullYear(), day.getMonth(), day.getDate());
	};
	return Math.round((start(to) - start(from)) / 86_400_000);
}

/** A count with the separators of the language on screen. */
export const formatNumber = (value: number): string => numbers('3').format(value);

/** A size in bytes as people write it: `3,4 MB`. */
export function formatBytes(bytes: number): string {
	const units = ['B', 'kB', 'MB', 'GB'];
	let value = bytes;
	let unit = 0;
	while (value >= 1000 && unit < units.length - 1) {
		value /= 1000;
		unit++;
	}
	const digits = unit === 0 || value >= 100 ? 0 : 1;
	return `${numbers(String(digits)).format(value)} ${units[unit]}`;
}

/** What a message with a plural wants: the number that chooses the form, and how it is written. */
export const counted = (count: number): { count: number; shown: string } => ({
	count,
	shown: formatNumber(count)
});
