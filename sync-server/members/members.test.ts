import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { newId, type MemberId } from '#core/model/id.ts';
import { Members } from './members.ts';

let folder: string;
let members: Members;
const alice = newId<MemberId>();

beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), 'rapport-members-'));
	members = new Members(folder);
});
afterEach(() => {
	members.close();
	rmSync(folder, { recursive: true });
});

const tokenOf = (secret: string, name = 'Alice'): string => {
	const signIn = members.signIn(alice, name, secret);
	if (signIn.state !== 'in') throw new Error(signIn.state);
	return signIn.token;
};

it('registers a member on first use and knows the session, also after a restart', () => {
	const token = tokenOf('secret of alice');
	expect(members.memberOfSession(token)).toBe(alice);
	members.close();
	members = new Members(folder);
	expect(members.memberOfSession(token)).toBe(alice);
	expect(members.memberOfSession('another')).toBeUndefined();
});

it('lets nobody in with another secret, nor as the script', () => {
	tokenOf('secret of alice');
	expect(members.signIn(alice, 'Mallory', 'guessed')).toEqual({ state: 'memberTaken' });
	expect(members.nameOf(alice)).toBe('Alice');
	expect(members.signIn(members.script, 'Mallory', '')).toEqual({ state: 'memberTaken' });
});

it('raises the version of the directory when a member comes or is renamed, and only then', () => {
	const heard: number[] = [];
	members.onChange = ({ version }) => heard.push(version);
	tokenOf('s');
	tokenOf('s');
	tokenOf('s', 'Alice Muster');
	expect(heard).toEqual([2, 3]);
	expect(members.directory.members).toContainEqual({ id: alice, name: 'Alice Muster' });
});

it('ends the oldest sessions of a member with very many', () => {
	const first = tokenOf('s');
	for (let more = 0; more < 50; more++) tokenOf('s');
	const last = tokenOf('s');
	expect(members.memberOfSession(first)).toBeUndefined();
	expect(members.memberOfSession(last)).toBe(alice);
});

it('writes neither secret nor session token to disk', () => {
	const token = tokenOf('the very secret of alice');
	members.close();
	const bytes = readFileSync(join(folder, 'members.db'), 'latin1');
	members = new Members(folder);
	expect(bytes).toContain('Alice');
	expect(bytes).not.toContain('the very secret');
	expect(bytes).not.toContain(token);
});
