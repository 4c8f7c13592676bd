import * as Y from 'yjs';
import { describe, expect, it } from 'vitest';
import { newId, type ImportId, type MemberId, type PartyId, type RoomName } from '../model/id.ts';
import type { WorkspaceId } from '../model/id.ts';
import { createParty } from './new-party.ts';
import { PartyDocument } from './party.ts';
import { project } from './project.ts';

const alice = newId<MemberId>();
const bob = newId<MemberId>();
const id = newId<PartyId>();
const room = `${newId<WorkspaceId>()}/party/${id}` as RoomName;

const muster = (): { doc: Y.Doc; party: PartyDocument } => {
	const doc = new Y.Doc();
	createParty(
		doc,
		{
			kind: 'organisation',
			name: ' Muster GmbH ',
			number: 'K-100',
			roles: ['supplier', 'customer'],
			channels: [
				{ type: 'phone', value: '0731 1' },
				{ type: 'mobile', value: '0170 2', preferred: true },
				{ type: 'fax', value: '0731 9' },
				{ type: 'email', value: 'info@muster.example' }
			],
			addresses: [
				{ purpose: 'delivery', city: 'Neu-Ulm', country: 'DE' },
				{ purpose: 'main', city: 'Ulm', country: 'DE' }
			],
			persons: [
				{
					givenName: 'Erika',
					familyName: 'Muster',
					function: 'Einkauf',
					channels: [{ type: 'email', value: 'erika@muster.example' }]
				}
			]
		},
		{ by: alice, at: 1_000, importId: newId<ImportId>() }
	);
	return { doc, party: new PartyDocument(doc) };
};
const kinds = (doc: Y.Doc): string[] => project(doc, room, 0).map((row) => row.kind);

describe('project', () => {
	it('makes one row of the party', () => {
		const [row] = project(muster().doc, room, 3);
		expect(row).toMatchObject({
			kind: 'party',
			id,
			room,
			party: id,
			seq: 3,
			at: 1_000,
			by: alice,
			facts: {
				name: 'Muster GmbH',
				roles: ['customer', 'supplier'],
				number: 'K-100',
				city: 'Ulm',
				country: 'DE',
				emails: ['info@muster.example', 'erika@muster.example'],
				phones: ['0170 2', '0731 1'],
				persons: ['Erika Muster'],
				entries: 0,
				lastEntryAt: 0
			}
		});
	});

	it('makes one row of each contact person and entry', () => {
		const { doc, party } = muster();
		const [person] = party.persons.list();
		const call = party.addCall({ direction: 'out', content: 'Angebot', result: 'kommt' }, bob, 5_000);
		const rows = project(doc, room, 0).slice(1);
		expect(rows).toMatchObject([
			{ kind: 'person', id: person?.id, facts: { name: 'Erika Muster', function: 'Einkauf' } },
			{ kind: 'entry', id: call, at: 5_000, by: bob, facts: { excerpt: 'Angebot – kommt' } }
		]);
	});

	it('leaves out what is in the trash, and everything of a party that is', () => {
		const { doc, party } = muster();
		const note = party.createNote(bob, 2_000);
		const [person] = party.persons.list();
		party.remove('entries', note, bob, 3_000);
		party.remove('persons', person?.id ?? '', bob, 3_000);
		expect(kinds(doc)).toEqual(['party']);
		party.restore('entries', note);
		expect(kinds(doc)).toEqual(['party', 'entry']);
		party.removeParty(bob, 4_000);
		expect(kinds(doc)).toEqual([]);
		party.restoreParty();
		expect(kinds(doc)).toEqual(['party', 'entry']);
	});

	it('has nothing to say of empty documents and other rooms', () => {
		expect(project(new Y.Doc(), room, 1)).toEqual([]);
		expect(project(muster().doc, `${room}/comments` as RoomName, 1)).toEqual([]);
	});

	it('knows the party of a room with an epoch', () => {
		expect(project(muster().doc, `${room}@2` as RoomName, 1)[0]?.id).toBe(id);
	});

	it('says when somebody last did something', () => {
		const { doc, party } = muster();
		party.setField('record/remarks', 'wichtig', bob, 9_000);
		expect(project(doc, room, 0)[0]).toMatchObject({ at: 9_000, by: bob });
	});

	it('says the same after each way through bytes, and changes nothing', () => {
		const { doc, party } = muster();
		party.createNote(bob, 2_000);
		const before = Y.encodeStateAsUpdate(doc);
		const rows = project(doc, room, 0);
		expect(Y.encodeStateAsUpdate(doc)).toEqual(before);
		const copy = new Y.Doc();
		Y.applyUpdate(copy, before);
		expect(project(copy, room, 0)).toEqual(rows);
	});

	it('takes any rubbish without throwing', () => {
		const { doc, party } = muster();
		const record = doc.getMap('record');
		record.set('name', { toString: 'no' });
		record.set('familyName', 7);
		record.set('__proto__', { deletedAt: 1 });
		for (const root of ['roles', 'channels', 'addresses', 'persons', 'entries', 'changes']) {
			const map = doc.getMap(root);
			map.set('__proto__', new Y.Map([['kind', 'note']]));
			map.set('x/y/z', Number.NaN);
			map.set(newId(), 'text');
			map.set(newId(), null);
			map.set(newId(), new Y.Array());
			map.set(newId(), new Y.Map([['kind', new Y.Text('note')]]));
			map.set(newId(), new Y.Map<unknown>(Object.entries({ kind: 'visit', at: Infinity, type: 'fax2' })));
		}
		doc
			.getMap('entries')
			.set(newId(), new Y.Map<unknown>(Object.entries({ kind: 'note', at: 1, body: 'no element' })));
		expect(project(doc, room, 0)[0]).toMatchObject({ facts: { name: '', entries: 1 } });
		expect(party.unreadable().length).toBeGreaterThan(20);
		expect(party.record.name).toBe('');
	});

	it('takes a root that is a list as an empty table', () => {
		const doc = new Y.Doc();
		doc.getArray('channels').push(['x']);
		const { doc: source } = muster();
		const copy = new Y.Doc();
		Y.applyUpdate(copy, Y.encodeStateAsUpdate(doc));
		Y.applyUpdate(copy, Y.encodeStateAsUpdate(source));
		expect(project(copy, room, 0)[0]?.kind).toBe('party');
	});
});
