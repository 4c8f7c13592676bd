import { beforeEach, describe, expect, it } from 'vitest';
import { overwriteGetLocale } from '#paraglide/runtime.js';
import { REFUSALS, isRefusalReason } from '#core/protocol/refusal.ts';
import { refusalWords } from './failure-words.ts';
import { documentWords, summaryWords } from './sync-words.ts';

const NOW = new Date(2026, 10, 23, 12).getTime();

describe('the sync state in words', () => {
	beforeEach(() => overwriteGetLocale(() => 'en'));

	it('25. says saved only for the state saved', () => {
		expect(summaryWords({ state: 'saved' }, NOW).label).toBe('saved');
		expect(summaryWords({ state: 'onDevice', waiting: 1 }, NOW).label).toBe('on this device');
		expect(summaryWords({ state: 'onDevice', waiting: 0 }, NOW).label).toBe('on this device');
		expect(documentWords({ state: 'onDevice', waiting: 2 }, NOW).what).toContain('2 changes');
	});

	it('counts what waits while offline', () => {
		const since = NOW - 5 * 60_000;
		expect(summaryWords({ state: 'offline', since, waiting: 3 }, NOW)).toMatchObject({
			tone: 'offline',
			label: 'offline, 3 changes waiting'
		});
		expect(summaryWords({ state: 'offline', since, waiting: 1 }, NOW).label).toBe(
			'offline, 1 change waiting'
		);
		expect(summaryWords({ state: 'offline', since, waiting: 0 }, NOW).label).toBe('offline');
		expect(summaryWords({ state: 'offline', since, waiting: 0 }, NOW).what).toContain('11:55');
	});

	it('says why the server takes nothing although it answers, and still not that it is saved', () => {
		const words = summaryWords({ state: 'onDevice', waiting: 4, because: 'diskFull' }, NOW);
		expect(words.label).toBe('on this device');
		expect(words.what).toContain('disk');
		expect(words.todo).not.toBe('');
	});

	it('says in German what waits', () => {
		overwriteGetLocale(() => 'de');
		expect(documentWords({ state: 'offline', since: NOW, waiting: 1 }, NOW).label).toBe(
			'offline, 1 Änderung wartet'
		);
	});

	it('says what, why and what to do when it could not be saved', () => {
		for (const sync of [
			{ state: 'storageFailed', failure: 'quota', waiting: 2 },
			{ state: 'refused', rooms: [], waiting: 1 },
			{ state: 'locked', reason: 'oldClient', waiting: 1 }
		] as const) {
			const words = summaryWords(sync, NOW);
			expect(words.label).toBe('could not be saved');
			expect(words.what.length).toBeGreaterThan(20);
			expect(words.todo.length).toBeGreaterThan(20);
		}
	});

	it('has words for every refusal in both languages', () => {
		for (const language of ['de', 'en'] as const) {
			overwriteGetLocale(() => language);
			for (const reason of Object.keys(REFUSALS).filter(isRefusalReason)) {
				const { why, todo } = refusalWords(reason);
				expect(why, reason).not.toMatch(/refused_|^$/);
				expect(todo, reason).not.toMatch(/refused_|^$/);
			}
		}
	});
});
