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
const made = new Map<string, Intl.DateTimeFormat>();

/** A date in the language on screen; `at` in ms since the epoch. */
export function formatDate(at: number, form: Form): string {
	const tag = TAGS[getLocale()];
	const key = `${tag} ${form}`;
	let format = made.get(key);
	if (!format) made.set(key, (format = new Intl.DateTimeFormat(tag, FORMS[form])));
	return format.format(at);
}

/** How long ago in words (`3 minutes ago`, `gestern`); beyond a week the date. */
export function formatAgo(at: number, now: number = Date.now()): string {
	const words = new Intl.RelativeTimeFormat(TAGS[getLocale()], { numeric: 'auto' });
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
export const formatNumber = (value: number): string => new Intl.NumberFormat(TAGS[getLocale()]).format(value);

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
	const text = new Intl.NumberFormat(TAGS[getLocale()], { maximumFractionDigits: digits }).format(value);
	return `${text} ${units[unit]}`;
}
