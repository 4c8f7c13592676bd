import { describe, expect, it } from 'vitest';
import type { Change } from '#core/model/change.ts';
import type { NoteEntry } from '#core/model/entry.ts';
import { newId, type ChangeId, type EntryId, type MemberId } from '#core/model/id.ts';
import { foldChanges, newest, timelineOf } from './timeline.ts';

const alice = newId<MemberId>();
const bob = newId<MemberId>();
const at = (day: number, hour: number, minute = 0): number => new Date(2026, 10, day, hour, minute).getTime();
const note = (when: number): NoteEntry => ({
	kind: 'note',
	id: newId<EntryId>(),
	at: when,
	by: alice,
	createdAt: when,
	title: '',
	deletedAt: 0,
	deletedBy: undefined
});
const change = (by: MemberId, when: number, field = 'record/name'): Change => ({
	id: newId<ChangeId>(),
	field,
	from: 'a',
	to: 'b',
	by,
	at: when,
	bases: []
});

describe('the timeline', () => {
	it('groups by day, newest first, with the changes at the end of their day', () => {
		const morning = note(at(23, 9));
		const yesterday = note(at(22, 17));
		const edit = change(bob, at(23, 10));
		const days = timelineOf([yesterday, morning], [edit]);
		expect(days.map((day) => day.items.map((item) => item.id))).toEqual([
			[morning.id, edit.id],
			[yesterday.id]
		]);
		expect(days.map((day) => day.start)).toEqual([at(23, 0), at(22, 0)]);
	});

	it('folds what one member changed in one go, and no one else', () => {
		const groups = foldChanges([
			change(alice, at(23, 9, 0)),
			change(bob, at(23, 9, 5)),
			change(alice, at(23, 9, 20)),
			change(alice, at(23, 11, 0))
		]);
		expect(groups.map((group) => [group.by === alice, group.changes.length])).toEqual([
			[true, 2],
			[false, 1],
			[true, 1]
		]);
	});

	it('does not fold over midnight', () => {
		expect(foldChanges([change(alice, at(22, 23, 55)), change(alice, at(23, 0, 5))])).toHaveLength(2);
	});

	it('cuts after the newest and counts the rest', () => {
		const days = timelineOf([note(at(23, 9)), note(at(23, 8)), note(at(22, 9)), note(at(21, 9))], []);
		const cut = newest(days, 3);
		expect(cut.days.map((day) => day.items.length)).toEqual([2, 1]);
		expect(cut.left).toBe(1);
		expect(newest(days, 10).left).toBe(0);
	});
});
