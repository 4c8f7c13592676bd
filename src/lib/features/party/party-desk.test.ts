import { describe, expect, it } from 'vitest';
import { isTrashed } from '#core/model/trash.ts';
import { copies, deskOf, meet } from './desk.fixture.ts';
import { recentChanges } from './recent-changes.ts';

const INDUSTRY = 'record/industry';

describe('undo on a party', () => {
	it('takes back what I typed, as one step for each time the field was left', () => {
		const [doc] = copies('Muster GmbH');
		const desk = deskOf(doc);
		for (const text of ['H', 'Ha', 'Handel']) desk.type(INDUSTRY, text);
		desk.leave(INDUSTRY);
		desk.type(INDUSTRY, 'Handwerk');
		expect(desk.isTyping).toBe(true);
		expect(desk.undoLast()).toBe('undone');
		expect(desk.document.value(INDUSTRY)).toBe('Handel');
		expect(desk.undoLast()).toBe('undone');
		expect(desk.document.value(INDUSTRY) ?? '').toBe('');
		expect(desk.undoLast()).toBe('nothing');
	});

	it('never takes back what a colleague did', () => {
		const [aliceDoc, bobDoc] = copies('Muster GmbH');
		const [alice, bob] = [deskOf(aliceDoc), deskOf(bobDoc)];
		alice.set(INDUSTRY, 'Handel');
		meet(aliceDoc, bobDoc);
		bob.set(INDUSTRY, 'Bau');
		bob.setRole('customer', true);
		meet(aliceDoc, bobDoc);
		expect(alice.undoLast()).toBe('changed-since');
		expect(alice.undoLast()).toBe('nothing');
		expect(alice.document.value(INDUSTRY)).toBe('Bau');
		expect(alice.document.roles.get('customer')?.active).toBe(true);
	});

	it('does not count a colleague’s change as mine when it arrives while I type', () => {
		const [aliceDoc, bobDoc] = copies('Muster GmbH');
		const [alice, bob] = [deskOf(aliceDoc), deskOf(bobDoc)];
		alice.type('record/remarks', 'Ruft');
		bob.set('record/remarks', 'Nur per E-Mail');
		meet(aliceDoc, bobDoc);
		alice.type('record/remarks', 'Ruft zurück');
		alice.leave('record/remarks');
		const mine = alice.document.changesOf('record/remarks').filter((change) => change.by === alice.me);
		expect(mine.map((change) => change.to)).toEqual(['Ruft zurück']);
		expect(
			alice.document
				.conflictOf('record/remarks')
				?.values.map((value) => value.value)
				.sort()
		).toEqual(['Nur per E-Mail', 'Ruft zurück']);
	});

	it('brings back what I removed, from the toast or in its turn, and only once', () => {
		const [doc] = copies('Muster GmbH');
		const desk = deskOf(doc);
		const phone = desk.added('channels', desk.document.addChannel({ type: 'phone', value: '0641 1234' }));
		const takeBack = desk.remove('channels', phone);
		const isGone = (): boolean => {
			const channel = desk.document.channels.get(phone);
			return !channel || isTrashed(channel);
		};
		expect(isGone()).toBe(true);
		expect(takeBack()).toBe('undone');
		expect(isGone()).toBe(false);
		expect(takeBack()).toBe('nothing');
		expect(desk.undoLast()).toBe('undone');
		expect(isGone()).toBe(true);
	});

	it('takes back a role as it was', () => {
		const [doc] = copies('Muster GmbH');
		const desk = deskOf(doc);
		desk.setRole('supplier', true);
		desk.setRole('supplier', false);
		expect(desk.undoLast()).toBe('undone');
		expect(desk.document.roles.get('supplier')?.active).toBe(true);
	});
});

describe('the changes of a party', () => {
	it('are all there, oldest first, with who wrote them', () => {
		const [aliceDoc, bobDoc] = copies('Muster GmbH');
		const [alice, bob] = [deskOf(aliceDoc), deskOf(bobDoc)];
		alice.set('record/name', 'Muster AG');
		alice.setRole('customer', true);
		meet(aliceDoc, bobDoc);
		const person = bob.document.addPerson({ familyName: 'Weiß' });
		bob.set(`persons/${person}/function`, 'Einkauf');
		bob.set(`entries/${bob.document.addCall({ direction: 'in' }, bob.me, 5)}/content`, 'Rückruf');
		meet(aliceDoc, bobDoc);
		const changes = recentChanges(alice.document);
		expect(changes.map((change) => [change.by === alice.me, change.to])).toEqual([
			[true, 'Muster AG'],
			[true, true],
			[false, 'Einkauf'],
			[false, 'Rückruf']
		]);
	});
});
