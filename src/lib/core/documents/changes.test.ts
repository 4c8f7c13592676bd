import * as Y from 'yjs';
import { describe, expect, it } from 'vitest';
import { KEPT_CHANGES } from '../model/change.ts';
import { newId, type ChangeId, type MemberId } from '../model/id.ts';
import { createParty } from './new-party.ts';
import { PartyDocument } from './party.ts';

const alice = newId<MemberId>();
const bob = newId<MemberId>();
const NAME = 'record/name';

const device = (from?: Y.Doc): { doc: Y.Doc; party: PartyDocument } => {
	const doc = new Y.Doc();
	if (from) Y.applyUpdate(doc, Y.encodeStateAsUpdate(from));
	else createParty(doc, { kind: 'organisation', name: 'Muster GmbH' }, { by: alice, at: 1 });
	return { doc, party: new PartyDocument(doc) };
};
const send = (from: Y.Doc, to: Y.Doc): void =>
	Y.applyUpdate(to, Y.encodeStateAsUpdate(from, Y.encodeStateVector(to)));
const exchange = (a: Y.Doc, b: Y.Doc): void => {
	send(a, b);
	send(b, a);
};
const valuesOf = (party: PartyDocument): unknown[] | undefined =>
	party.conflictOf(NAME)?.values.map(({ value, by }) => [value, by]);

describe('the changes of a field', () => {
	it('are none after creation', () => {
		expect(device().party.changesOf(NAME)).toEqual([]);
	});

	it('one edit of many keystrokes is one change, and each keystroke is in the document at once', () => {
		const { doc, party } = device();
		const edit = party.beginEdit(NAME, alice);
		for (const value of ['Muster G', 'Muster', 'Muster A', 'Muster AG']) {
			edit.type(value, 10);
			expect(doc.getMap('record').get('name')).toBe(value);
		}
		edit.finish(20);
		expect(party.changesOf(NAME)).toMatchObject([
			{ field: NAME, from: 'Muster GmbH', to: 'Muster AG', by: alice, at: 20, bases: [] }
		]);
	});

	it('an edit that ends as it began is none, and an equal value is not written again', () => {
		const { doc, party } = device();
		const before = Y.encodeStateVector(doc);
		party.setField(NAME, 'Muster GmbH', alice, 10);
		party.setField('record/remarks', '', alice, 10);
		expect(Y.encodeStateVector(doc)).toEqual(before);
		const edit = party.beginEdit(NAME, alice);
		edit.type('Muster', 10);
		edit.type('Muster GmbH', 11);
		expect(edit.finish(12)).toBeUndefined();
	});

	it('names as bases what its author had seen at the first keystroke, not when it was finished', () => {
		const a = device();
		const b = device(a.doc);
		const edit = a.party.beginEdit(NAME, alice);
		edit.type('Muster AG', 10);
		b.party.setField(NAME, 'Muster SE', bob, 11);
		exchange(a.doc, b.doc);
		edit.finish(12);
		exchange(a.doc, b.doc);
		for (const { party } of [a, b])
			expect(valuesOf(party)).toEqual([
				['Muster SE', bob],
				['Muster AG', alice]
			]);
	});

	it('what came in between focus and first keystroke has been seen', () => {
		const a = device();
		const b = device(a.doc);
		const edit = a.party.beginEdit(NAME, alice);
		b.party.setField(NAME, 'Muster SE', bob, 10);
		exchange(a.doc, b.doc);
		edit.type('Muster SE & Co.', 11);
		edit.finish(12);
		expect(a.party.conflictOf(NAME)).toBeUndefined();
	});

	it('two equal values are no conflict', () => {
		const a = device();
		const b = device(a.doc);
		a.party.setField(NAME, 'Muster AG', alice, 10);
		b.party.setField(NAME, 'Muster AG', bob, 11);
		exchange(a.doc, b.doc);
		expect(a.party.conflictOf(NAME)).toBeUndefined();
	});

	it('an edit that was never finished is not lost silently when somebody writes over it', () => {
		const a = device();
		const b = device(a.doc);
		a.party.setField(NAME, 'Muster AG', alice, 10);
		a.party.beginEdit(NAME, alice).type('Muster AG Ulm', 20);
		exchange(a.doc, b.doc);
		b.party.setField(NAME, 'Muster SE', bob, 30);
		expect(valuesOf(b.party)).toEqual([
			['Muster SE', bob],
			['Muster AG Ulm', undefined]
		]);
		b.party.choose(NAME, 'Muster AG Ulm', bob, 40);
		expect(b.party.conflictOf(NAME)).toBeUndefined();
		expect(b.party.record.name).toBe('Muster AG Ulm');
	});

	it('a crash in the middle of an edit is finished from what the device kept', () => {
		const a = device();
		const edit = a.party.beginEdit(NAME, alice);
		edit.type('M', 10);
		const kept: unknown = JSON.parse(JSON.stringify(edit.pending));
		edit.type('Muster AG', 11);
		const b = device(a.doc);
		b.party.finishEdit(kept as NonNullable<typeof edit.pending>, 50);
		expect(b.party.changesOf(NAME)).toMatchObject([
			{ from: 'Muster GmbH', to: 'Muster AG', by: alice, at: 50 }
		]);
	});

	it('a choice names all heads, whichever of three it takes', () => {
		const a = device();
		const b = device(a.doc);
		const c = device(a.doc);
		a.party.setField(NAME, 'A', alice, 10);
		b.party.setField(NAME, 'B', bob, 10);
		c.party.setField(NAME, 'C', bob, 10);
		exchange(a.doc, b.doc);
		exchange(b.doc, c.doc);
		exchange(a.doc, b.doc);
		expect(valuesOf(a.party)).toHaveLength(3);
		const choice = a.party.choose(NAME, 'B', alice, 20);
		expect(a.party.changesOf(NAME).find(({ id }) => id === choice)?.bases).toHaveLength(3);
		exchange(a.doc, c.doc);
		expect(c.party.conflicts()).toEqual([]);
		expect(c.party.record.name).toBe('B');
	});

	it('undo is an inverse change, and only of what nobody has changed since', () => {
		const { party } = device();
		const mine = party.setField(NAME, 'Muster AG', alice, 10) as ChangeId;
		const theirs = party.setField(NAME, 'Muster SE', bob, 20) as ChangeId;
		expect(party.undo(mine, alice, 30)).toEqual({ state: 'changed-since' });
		expect(party.undo(theirs, bob, 30).state).toBe('undone');
		expect(party.record.name).toBe('Muster AG');
		expect(party.changesOf(NAME)).toHaveLength(3);
		expect(party.undo(newId<ChangeId>(), alice, 40)).toEqual({ state: 'nothing' });
	});

	it(`keeps the newest ${KEPT_CHANGES} per field`, () => {
		const { party } = device();
		for (let i = 1; i <= 50; i++) party.setField(NAME, `Muster ${i}`, alice, i);
		party.setField('record/number', 'K-1', alice, 60);
		expect(party.changesOf(NAME).map(({ to }) => to)).toEqual(
			Array.from({ length: KEPT_CHANGES }, (_, i) => `Muster ${31 + i}`)
		);
		expect(party.changesOf('record/number')).toHaveLength(1);
	});

	it('never drops one of many heads, however many there are', () => {
		const a = device();
		const others = Array.from({ length: KEPT_CHANGES + 5 }, () => device(a.doc));
		others.forEach(({ party }, i) => party.setField(NAME, `Muster ${i}`, bob, i));
		const edit = a.party.beginEdit(NAME, alice);
		edit.type('Muster AG', 100);
		for (const { doc } of others) send(doc, a.doc);
		edit.finish(100);
		expect(valuesOf(a.party)).toHaveLength(KEPT_CHANGES + 6);
	});

	it('drops in the order of bases, not of clocks: what was superseded never looks like a head again', () => {
		const { party } = device();
		party.setField(NAME, 'eins', alice, 100);
		party.setField(NAME, 'zwei', bob, 50);
		for (let i = 2; i <= KEPT_CHANGES; i++) party.setField(NAME, `Muster ${i}`, alice, 100 + i);
		expect(party.changesOf(NAME)).toHaveLength(KEPT_CHANGES);
		expect(party.changesOf(NAME).map(({ to }) => to)).not.toContain('eins');
		expect(party.conflictOf(NAME)).toBeUndefined();
	});

	it('does not take a base that is still on its way for one that was dropped', () => {
		const a = device();
		const edit = a.party.beginEdit(NAME, alice);
		edit.type('eins', 1);
		const c = device(a.doc);
		edit.finish(1);
		const b = device(a.doc);
		for (let i = 1; i < KEPT_CHANGES; i++) b.party.setField(NAME, `zwei ${i}`, bob, 10 + i);
		// alice's keystrokes and bob's own updates arrive; her change, the base of his first, is still absent.
		Y.applyUpdate(c.doc, Y.encodeStateAsUpdate(b.doc, Y.encodeStateVector(a.doc)));
		c.party.setField(NAME, 'drei', alice, 100);
		c.party.setField(NAME, 'vier', alice, 101);
		send(a.doc, c.doc);
		expect(c.party.conflictOf(NAME)).toBeUndefined();
	});

	it('survive rubbish in the document, which is listed', () => {
		const { doc, party } = device();
		const root = doc.getMap('changes');
		root.set('__proto__', { field: NAME });
		root.set(newId<ChangeId>(), 'text');
		root.set(newId<ChangeId>(), { field: NAME, from: {}, to: 1, at: 1, bases: [] });
		root.set(newId<ChangeId>(), { field: NAME, from: '', to: 'x', at: Number.NaN, bases: [] });
		root.set(newId<ChangeId>(), new Y.Map());
		party.setField(NAME, 'Muster AG', alice, 10);
		expect(party.changesOf(NAME)).toHaveLength(1);
		expect(party.unreadable()).toHaveLength(5);
	});
});
