import * as Y from 'yjs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createParty } from '#core/documents/new-party.ts';
import { PartyDocument } from '#core/documents/party.ts';
import { project } from '#core/documents/project.ts';
import { newId, type MemberId, type PartyId, type RoomName } from '#core/model/id.ts';
import { partyRoom } from '#core/protocol/room.ts';
import { DeviceMeta } from '../storage/meta.ts';
import { Value } from '../storage/source.ts';
import { alice } from '../storage/storage.fixture.ts';
import type { Absence } from './contact.ts';
import type { MergeReceipt } from './merge-receipt.ts';
import { PartyIndex } from './party-index.ts';
import { ReceiptWriter } from './receipt-writer.ts';
import { closeStores, openStores, type Stores } from './stores.ts';

const SINCE = 1_000;
const bob = newId<MemberId>();
let stores: Stores;
let index: PartyIndex;
let absence: Absence & { isHere: boolean };
let receipts: MergeReceipt[];
let writer: ReceiptWriter;

/** One absence that all writers of a test share, like tabs share it. */
const away = (): typeof absence => {
	const awaySince = new Value<number | undefined>(SINCE);
	return {
		isHere: true,
		awaySince,
		get isOnline() {
			return this.isHere;
		},
		isStillAway: () => awaySince.current !== undefined,
		returned: () => awaySince.set(undefined)
	};
};
const newWriter = (): ReceiptWriter =>
	new ReceiptWriter(stores, absence, index, (receipt) => {
		receipts.push(receipt);
		return Promise.resolve();
	});

/** A party on both devices, made long ago by Bob. */
const muster = (): { party: PartyId; room: RoomName; mine: Y.Doc; theirs: Y.Doc } => {
	const party = newId<PartyId>();
	const theirs = new Y.Doc();
	createParty(theirs, { kind: 'organisation', name: 'Muster GmbH' }, { by: bob, at: 1 });
	const mine = new Y.Doc();
	Y.applyUpdate(mine, Y.encodeStateAsUpdate(theirs));
	return { party, room: partyRoom(stores.owner.workspace, party), mine, theirs };
};
/** What was written without contact goes out, and both sides are merged on the shelf. */
const deliver = async (room: RoomName, mine: Y.Doc, theirs: Y.Doc): Promise<void> => {
	const update = Y.encodeStateAsUpdate(mine, Y.encodeStateVector(theirs));
	const row = { room, writer: '', n: 1, update, at: SINCE + 1, away: true };
	await stores.outbox.append(row);
	await stores.shelf.add([{ room, update: Y.mergeUpdates([update, Y.encodeStateAsUpdate(theirs)]) }]);
	await stores.outbox.settle([[room, '', 1]], undefined);
};
const feed = (room: RoomName, doc: Y.Doc, seq: number, reset = false): Promise<void> =>
	index.apply({ rows: project(doc, room, seq), gone: [], position: { incarnation: 'i', seq }, reset });

beforeEach(async () => {
	stores = openStores(alice(), new DeviceMeta());
	index = new PartyIndex(stores.owner, stores.rows, () => undefined);
	await index.load(() => false);
	absence = away();
	receipts = [];
	writer = newWriter();
});
afterEach(async () => {
	writer.close();
	index.close();
	await closeStores(stores);
});

describe('the merge receipt', () => {
	it('tells what was sent, what others did in the same party, and both values of a field', async () => {
		const { party, room, mine, theirs } = muster();
		const me = stores.owner.member;
		const [here, there] = [new PartyDocument(mine), new PartyDocument(theirs)];
		here.setField('record/name', 'Muster AG', me, SINCE + 5);
		const call = here.addCall({ direction: 'out', content: 'Angebot', title: 'Angebot' }, me, SINCE + 6);
		there.setField('record/name', 'Muster KG', bob, SINCE + 7);
		await deliver(room, mine, theirs);
		await writer.write();
		expect(receipts).toHaveLength(1);
		const [receipt] = receipts as [MergeReceipt];
		expect(receipt).toMatchObject({ since: SINCE, refused: [], healed: 0, isRead: false });
		expect(receipt.sent).toMatchObject([
			{
				party,
				created: false,
				fields: ['record/name'],
				entries: [{ id: call, kind: 'call', title: 'Angebot' }]
			}
		]);
		expect(receipt.received).toMatchObject([{ party, by: bob, at: SINCE + 7, isNew: false }]);
		expect(receipt.conflicts).toMatchObject([{ party, field: 'record/name' }]);
		const values = receipt.conflicts[0]?.values.map(({ value, by }) => [value, by]);
		expect(values?.sort()).toEqual(
			[
				['Muster AG', me],
				['Muster KG', bob]
			].sort()
		);
		expect(absence.awaySince.current).toBeUndefined();
		expect(await stores.outbox.delivered()).toEqual([]);
	});

	it('tells of parties that others changed or made meanwhile', async () => {
		const [known, made] = [muster(), muster()];
		absence.returned();
		await feed(known.room, known.theirs, 1);
		absence = away();
		writer = newWriter();
		await feed(known.room, known.theirs, 2);
		await feed(made.room, made.theirs, 3);
		await writer.write();
		const told = receipts[0]?.received.map(({ party, isNew }) => [party, isNew]).sort();
		expect(told).toEqual(
			[
				[known.party, false],
				[made.party, true]
			].sort()
		);
	});

	it('is not written when there is nothing to tell, nor for the first load of all rows', async () => {
		const { room, theirs } = muster();
		await feed(room, theirs, 1, true);
		await writer.write();
		expect(receipts).toEqual([]);
		expect(absence.awaySince.current).toBeUndefined();
	});

	it('waits until there is contact and everything is through or refused', async () => {
		const { room, mine, theirs } = muster();
		new PartyDocument(mine).setField('record/name', 'Muster AG', stores.owner.member, SINCE + 5);
		const update = Y.encodeStateAsUpdate(mine);
		await stores.shelf.add([{ room, update }]);
		await feed(room, theirs, 1, true);
		await stores.outbox.append({ room, writer: '', n: 1, update, at: SINCE + 1, away: true });
		await writer.write();
		expect(receipts).toEqual([]);
		await stores.outbox.refuse([[room, '', 1]], 'notAllowed');
		absence.isHere = false;
		await writer.write();
		expect(receipts).toEqual([]);
		absence.isHere = true;
		await writer.write();
		expect(receipts).toMatchObject([{ sent: [], refused: [{ name: 'Muster GmbH', reason: 'notAllowed' }] }]);
	});

	it('is written by one of two tabs', async () => {
		const { room, mine, theirs } = muster();
		new PartyDocument(mine).setField('record/name', 'Muster AG', stores.owner.member, SINCE + 5);
		await deliver(room, mine, theirs);
		const other = newWriter();
		await Promise.all([writer.write(), other.write()]);
		expect(receipts).toHaveLength(1);
		other.close();
	});

	it('12. tells that the relay had lost documents and has them again, without any time away', async () => {
		absence.returned();
		writer.healed(3);
		await writer.write();
		expect(receipts).toMatchObject([{ healed: 3, sent: [], received: [] }]);
	});
});
