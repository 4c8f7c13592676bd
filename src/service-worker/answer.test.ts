import { describe, expect, it } from 'vitest';
import { answerFor, outdated } from './answer.ts';

const ORIGIN = 'http://127.0.0.1:4800';
const kept = new Set(['/_app/immutable/chunks/note.js', '/icon.svg']);
const ask = (path: string, more: Partial<{ method: string; mode: string; origin: string }> = {}): string =>
	answerFor({ method: 'GET', mode: 'cors', url: (more.origin ?? ORIGIN) + path, ...more }, ORIGIN, kept);

describe('who answers a request', () => {
	it('27. navigations get the shell, deep links too', () => {
		expect(ask('/', { mode: 'navigate' })).toBe('shell');
		expect(ask('/parties/0192f0c1-0000-7000-8000-000000000000', { mode: 'navigate' })).toBe('shell');
	});

	it('27. /api and /sync are never touched, not even as navigations', () => {
		for (const path of ['/api/health', '/api', '/sync', '/sync/room']) {
			expect(ask(path)).toBe('network');
			expect(ask(path, { mode: 'navigate' })).toBe('network');
		}
		expect(ask('/apiary', { mode: 'navigate' })).toBe('shell');
	});

	it('27. files of the build come from the cache, those of the build before as well', () => {
		expect(ask('/icon.svg')).toBe('kept');
		expect(ask('/_app/immutable/chunks/note.js')).toBe('kept');
		expect(ask('/_app/immutable/chunks/older.js')).toBe('kept');
	});

	it('leaves writes and other origins alone', () => {
		expect(ask('/icon.svg', { method: 'POST' })).toBe('network');
		expect(ask('/icon.svg', { origin: 'http://evil.example' })).toBe('network');
	});

	it('27. keeps the cache of the version before for tabs that still run it', () => {
		expect(outdated(['shell-1', 'shell-2', 'shell-3', 'other'], 'shell-3', 'shell-')).toEqual(['shell-1']);
		expect(outdated(['shell-3'], 'shell-3', 'shell-')).toEqual([]);
	});
});
