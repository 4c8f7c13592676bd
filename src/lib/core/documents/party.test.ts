import * as Y from 'yjs';
import { describe, expect, it } from 'vitest';
import { newId, type MemberId, type PartyId, type RoomName, type WorkspaceId } from '../model/id.ts';
import { createParty } from './new-party.ts';
import { PartyDocument } from './party.ts';
import { project } from './project.ts';

const alice = newId<MemberId>();
const bob = newId<MemberId>();

const muster = (): { doc: Y.Doc; party: PartyDocument } => {
	const doc = new Y.Doc();
	createParty(
		doc,
		{
			kind: 'organisation',
			name: 'Muster GmbH',
			number: 'K-100',
			roles: ['customer'],
			channels: [{ type: 'email', value: 'info@muster.example' }],
			addresses: [{ city: 'Ulm', country: 'DE' }],
			persons: [
				{ givenName: 'Erika', familyName: 'Muster', channels: [{ type: 'phone', value: '+49 731 12' }] }
			]
		},
		{ by: alice, at: 1_000 }
	);
	return { doc, party: new PartyDocument(doc) };
};
const copyOf = (doc: Y.Doc): { doc: Y.Doc; party: PartyDocument } => {
	const copy = new Y.Doc();
	Y.applyUpdate(copy, Y.encodeStateAsUpdate(doc));
	return { doc: copy, party: new PartyDocument(copy) };
};
const exchange = (a: Y.Doc, b: Y.Doc): void => {
	Y.applyUpdate(a, Y.encodeStateAsUpdate(b, Y.encodeStateVector(a)));
	Y.applyUpdate(b, Y.encodeStateAsUpdate(a, Y.encodeStateVector(b)));
};

describe('a party document', () => {
	it('keeps both values when two write the same field at once, and a choice settles it everywhere', () => {
		const a = muster();
		const b = copyOf(a.doc);
		a.party.setField('record/name', 'Muster AG', alice, 2_000);
		b.party.setField('record/name', 'Muster SE', bob, 2_001);
		exchange(a.doc, b.doc);
		for (const { party } of [a, b]) {
			const conflict = party.conflictOf('record/name');
			expect(conflict?.values.map((v) => [v.value, v.by])).toEqual([
				['Muster AG', alice],
				['Muster SE', bob]
			]);
		}
		b.party.choose('record/name', 'Muster AG', bob, 3_000);
		exchange(a.doc, b.doc);
		expect(a.party.conflictOf('record/name')).toBeUndefined();
		expect(a.party.record.name).toBe('Muster AG');
	});

	it('projects the party, its contact person and its entries', () => {
		const { doc, party } = muster();
		const id = newId<PartyId>();
		const room = `${newId<WorkspaceId>()}/party/${id}` as RoomName;
		party.createNote(bob, 2_000, 'Besuch');
		const rows = project(doc, room, 7);
		expect(rows.map((row) => row.kind)).toEqual(['party', 'person', 'entry']);
		expect(rows[0]).toMatchObject({
			id,
			seq: 7,
			at: 2_000,
			by: bob,
			facts: { name: 'Muster GmbH', city: 'Ulm', phones: ['+49 731 12'], roles: ['customer'] }
		});
	});
});
