import { beforeEach, describe, expect, it } from 'vitest';
import type { EntryRow } from '#core/documents/row.ts';
import { newId, type MemberId, type PartyId, type RoomName } from '#core/model/id.ts';
import { Overlay } from './overlay.ts';

const room = 'W/party/P' as RoomName;
const row = (seq: number, title: string, of = room): EntryRow => ({
	kind: 'entry',
	id: 'E',
	room: of,
	seq,
	party: newId<PartyId>(),
	at: 0,
	by: newId<MemberId>(),
	facts: { kind: 'note', title, excerpt: '' }
});

let pulls: RoomName[];
let overlay: Overlay;
beforeEach(() => {
	pulls = [];
	overlay = new Overlay((needed) => pulls.push(needed));
});
const title = (): string | undefined => (overlay.standing(room)?.[0] as EntryRow | undefined)?.facts.title;

describe('own rows over the feed', () => {
	it('26. stand until a feed row has reached the acknowledged number', () => {
		overlay.edit(room, [row(0, 'mine')], 5);
		expect(overlay.receive([row(5, 'old')])).toEqual([]);
		expect(overlay.acknowledge(room, 8, 5)).toBe(false);
		expect(overlay.receive([row(7, 'before mine')])).toEqual([]);
		expect(title()).toBe('mine');
		expect(overlay.receive([row(8, 'with mine'), row(9, 'other', 'W/party/Q' as RoomName)])).toEqual([room]);
		expect(title()).toBeUndefined();
	});

	it('26. fall at once when the feed was faster than the acknowledgement', () => {
		overlay.edit(room, [row(0, 'mine')], 5);
		overlay.receive([row(8, 'with mine')]);
		expect(overlay.acknowledge(room, 8, 0)).toBe(true);
		overlay.edit(room, [row(0, 'again')], 8);
		expect(overlay.acknowledge(room, 9, 9)).toBe(true);
		expect(title()).toBeUndefined();
	});

	it('26. a newer row for a document with edits asks for a pull, once for each number', () => {
		overlay.edit(room, [row(0, 'mine')], 5);
		overlay.receive([row(7, 'theirs')]);
		overlay.receive([row(7, 'theirs')]);
		expect(pulls).toEqual([room]);
		overlay.edit(room, [row(0, 'both')], 7);
		overlay.receive([row(7, 'theirs')]);
		expect(pulls).toEqual([room]);
		overlay.receive([row(9, 'more')]);
		expect(pulls).toEqual([room, room]);
		expect(title()).toBe('both');
	});

	it('26. an edit after an acknowledgement stands again', () => {
		overlay.edit(room, [row(0, 'first')], 0);
		overlay.acknowledge(room, 3, 0);
		overlay.edit(room, [row(0, 'second')], 3);
		expect(overlay.receive([row(3, 'first')])).toEqual([]);
		expect(title()).toBe('second');
		expect([...overlay.rooms()]).toEqual([room]);
		overlay.drop(room);
		expect(title()).toBeUndefined();
	});

	it('26. an acknowledgement without own rows changes nothing', () => {
		expect(overlay.acknowledge(room, 3, 9)).toBe(false);
		expect([...overlay.rooms()]).toEqual([]);
	});
});
