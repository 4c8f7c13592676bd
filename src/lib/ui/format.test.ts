import { describe, expect, it } from 'vitest';
import { overwriteGetLocale } from '#paraglide/runtime.js';
import { daysBetween, formatAgo, formatBytes } from './format.ts';

describe('dates and sizes in the language on screen', () => {
	it('counts calendar days, not 24 hours', () => {
		const lateEvening = new Date(2026, 10, 23, 23, 50).getTime();
		const nextMorning = new Date(2026, 10, 24, 0, 10).getTime();
		expect(daysBetween(lateEvening, nextMorning)).toBe(1);
	});

	it('counts days across the change to winter time', () => {
		expect(daysBetween(new Date(2026, 9, 24, 12).getTime(), new Date(2026, 9, 26, 12).getTime())).toBe(2);
	});

	it('says yesterday in both languages', () => {
		const now = new Date(2026, 10, 23, 9).getTime();
		const then = new Date(2026, 10, 22, 20).getTime();
		overwriteGetLocale(() => 'de');
		expect(formatAgo(then, now)).toBe('gestern');
		overwriteGetLocale(() => 'en');
		expect(formatAgo(then, now)).toBe('yesterday');
	});

	it('writes sizes as people do', () => {
		overwriteGetLocale(() => 'de');
		expect(formatBytes(3_440_000)).toBe('3,4 MB');
		expect(formatBytes(512)).toBe('512 B');
	});
});
