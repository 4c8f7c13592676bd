import * as Y from 'yjs';
import { describe, expect, it, vi } from 'vitest';
import { newId, type MemberId } from '../model/id.ts';
import { createParty } from './new-party.ts';
import { LOCAL_ORIGIN } from './origin.ts';
import { PartyDocument } from './party.ts';

const alice = newId<MemberId>();
const muster = (): { doc: Y.Doc; party: PartyDocument } => {
	const doc = new Y.Doc();
	createParty(doc, { kind: 'organisation', name: 'Muster GmbH' }, { by: alice, at: 1 });
	return { doc, party: new PartyDocument(doc) };
};

describe('what a view hears of a party', () => {
	it('is told by path, once per transaction, and no longer after it has stopped', () => {
		const { doc, party } = muster();
		const id = party.addChannel({ type: 'phone', value: '0731 1' });
		const heard: string[] = [];
		const paths = ['all', 'record', 'record/name', 'record/number', 'channels', `channels/${id}`];
		paths.push(`channels/${id}/value`, `channels/${id}/label`, 'entries', 'changes/record/name');
		const stops = paths.map((path) => party.observe(path, () => heard.push(path)));
		party.setField('record/name', 'Muster AG', alice, 2);
		expect(heard.splice(0)).toEqual(['all', 'record', 'record/name', 'changes/record/name']);
		const edit = party.beginEdit(`channels/${id}/value`, alice);
		edit.type('0731 2', 3);
		expect(heard.splice(0)).toEqual(['all', 'channels', `channels/${id}`, `channels/${id}/value`]);
		edit.finish(3);
		expect(heard.splice(0)).toEqual(['all']);
		stops.forEach((stop) => stop());
		party.setField('record/name', 'Muster SE', alice, 4);
		expect(heard).toEqual([]);
		expect(doc._observers.get('afterTransaction')?.size).toBe(1);
		party.destroy();
		expect(doc._observers.get('afterTransaction')?.size ?? 0).toBe(0);
	});

	it('sees the new state of everything when it hears', () => {
		const { party } = muster();
		const seen: unknown[] = [];
		party.observe('record/name', () => seen.push(party.record.name, party.persons.list().length));
		const doc = new Y.Doc();
		const other = muster();
		Y.applyUpdate(doc, Y.encodeStateAsUpdate(other.doc));
		party.setField('record/name', 'Muster AG', alice, 2);
		expect(seen).toEqual(['Muster AG', 0]);
	});

	it('hears of writing in a note', () => {
		const { party } = muster();
		const note = party.createNote(alice, 2);
		const listener = vi.fn();
		party.observe(`entries/${note}/body`, listener);
		party.noteBody(note)?.insert(0, [new Y.XmlElement('paragraph')]);
		expect(listener).toHaveBeenCalledTimes(1);
	});
});

describe('the commands of a party', () => {
	it('write under the local origin', () => {
		const { doc, party } = muster();
		const origins = new Set<unknown>();
		doc.on('update', (_, origin) => origins.add(origin));
		const person = party.addPerson({ familyName: 'Muster' });
		const channel = party.addChannel({ type: 'email', value: 'a@b.example', person });
		party.addAddress({ city: 'Ulm' });
		party.addCall({ direction: 'in' }, alice, 2);
		party.createNote(alice, 2);
		party.setRole('customer', true, alice, 2);
		party.setField(`persons/${person}/function`, 'Einkauf', alice, 3);
		party.remove('channels', channel, alice, 4);
		party.restore('channels', channel);
		party.removeParty(alice, 5);
		party.restoreParty();
		expect([...origins]).toEqual([LOCAL_ORIGIN]);
	});

	it('keep what was added in the order of adding, and the trash apart', () => {
		const { party } = muster();
		const names = ['Erika', 'Max', 'Anna'];
		const ids = names.map((givenName) => party.addPerson({ givenName }));
		expect(party.persons.list().map((person) => person.givenName)).toEqual(names);
		party.remove('persons', ids[1] ?? '', alice, 7);
		expect(party.trash().persons).toMatchObject([{ givenName: 'Max', deletedAt: 7, deletedBy: alice }]);
		expect(party.remove('persons', newId(), alice, 7)).toBe(false);
	});

	it('give a role, end it, and give it again', () => {
		const { party } = muster();
		party.setRole('customer', true, alice, 10);
		party.setRole('customer', false, alice, 20);
		expect(party.roles.get('customer')).toEqual({ id: 'customer', active: false, since: 10 });
		party.setRole('customer', true, alice, 30);
		expect(party.roles.get('customer')).toEqual({ id: 'customer', active: true, since: 30 });
		expect(() => party.setRole('a/b', true, alice, 1)).toThrow();
	});

	it('refuse what is no field and never write over a note', () => {
		const { party } = muster();
		const note = party.createNote(alice, 2);
		expect(() => party.setField('changes/x/y', 'x', alice, 1)).toThrow('no field');
		expect(() => party.setField('record', 'x', alice, 1)).toThrow('no field');
		expect(() => party.setField(`persons/${newId()}/title`, 'Dr.', alice, 1)).toThrow('no row');
		expect(() => party.setField(`entries/${note}/body`, 'x', alice, 1)).toThrow('text of its own');
		expect(party.noteBody(note)).toBeInstanceOf(Y.XmlElement);
	});

	it('make no second party in one document', () => {
		const { doc } = muster();
		expect(() => createParty(doc, { kind: 'person' }, { by: alice, at: 2 })).toThrow('already');
	});
});
