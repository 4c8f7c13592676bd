import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isId } from '#core/model/id.ts';
import { DataDirError, openDataDir } from './data-dir.ts';
import { isSameSecret } from './token.ts';

let folder: string;
beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), 'rapport-data-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('openDataDir', () => {
	it('makes the folder, a workspace and a token, and finds the same again', () => {
		const path = join(folder, 'deep', 'data');
		const first = openDataDir(path);
		first.release();
		const second = openDataDir(path);
		second.release();
		expect(isId(first.workspace)).toBe(true);
		expect(second.workspace).toBe(first.workspace);
		expect(second.token).toBe(first.token);
		expect(statSync(join(path, 'token')).mode & 0o777).toBe(0o600);
	});

	it('lets no second relay in, until the first has gone', () => {
		const first = openDataDir(folder);
		expect(() => openDataDir(folder)).toThrow('in use by another Rapport relay');
		first.release();
		openDataDir(folder).release();
	});

	it('says which folder can not be used', () => {
		const file = join(folder, 'file');
		writeFileSync(file, '');
		expect(() => openDataDir(file)).toThrow(DataDirError);
		expect(() => openDataDir(file)).toThrow(file);
	});

	it('does not make a new workspace over one that it can not read', () => {
		writeFileSync(join(folder, 'workspace'), 'nonsense');
		expect(() => openDataDir(folder)).toThrow('holds no workspace id');
		writeFileSync(join(folder, 'workspace'), '');
		expect(() => openDataDir(folder)).toThrow('holds no workspace id');
	});
});

describe('isSameSecret', () => {
	it('knows equal from different, of any length', () => {
		expect(isSameSecret('abc', 'abc')).toBe(true);
		expect(isSameSecret('abc', 'abd')).toBe(false);
		expect(isSameSecret('abc', 'abcabc')).toBe(false);
		expect(isSameSecret('', 'abc')).toBe(false);
	});
});
