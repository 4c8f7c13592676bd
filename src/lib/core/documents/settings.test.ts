import * as Y from 'yjs';
import { expect, it, vi } from 'vitest';
import { rootsOf } from './roots.ts';
import { SettingsDocument } from './settings.ts';

it('settings begin with the defaults of the code, and nothing is written for it', () => {
	const doc = new Y.Doc();
	const settings = new SettingsDocument(doc);
	expect(settings.choices('partyRoles').map((choice) => choice.key)).toEqual([
		'lead',
		'customer',
		'supplier',
		'partner',
		'employee',
		'representative'
	]);
	expect(Y.encodeStateVector(doc)).toEqual(Y.encodeStateVector(new Y.Doc()));
});

it('settings override defaults key by key and take rows of their own', () => {
	const doc = new Y.Doc();
	const settings = new SettingsDocument(doc);
	const listener = vi.fn();
	settings.observe('partyRoles', listener);
	settings.set('partyRoles', 'lead', 'label', 'Interessent');
	settings.set('partyRoles', 'press', 'label', 'Presse');
	settings.set('partyRoles', 'supplier', 'hidden', true);
	settings.set('partyRoles', 'supplier', 'rank', 'Z');
	const choices = settings.choices('partyRoles');
	expect(choices[0]).toMatchObject({ key: 'supplier', hidden: true, label: '' });
	expect(choices[1]).toMatchObject({ key: 'lead', label: 'Interessent' });
	expect(choices.at(-1)).toMatchObject({ key: 'press', label: 'Presse', hidden: false });
	expect(listener).toHaveBeenCalledTimes(4);
	expect(() => settings.set('topics', 'a/b', 'label', 'x')).toThrow();
});

it('9. the roots of each kind of room are known, and unknown kinds have none', () => {
	expect([...rootsOf('party')].sort()).toEqual(
		['addresses', 'changes', 'channels', 'entries', 'persons', 'record', 'roles'].sort()
	);
	expect(rootsOf('settings').has('partyRoles')).toBe(true);
	for (const kind of ['board', 'nothing', '__proto__', 'constructor']) expect(rootsOf(kind).size).toBe(0);
});
