import { afterEach, describe, expect, it } from 'vitest';
import type { EntryRow, PartyRow, Row } from '#core/documents/row.ts';
import { newId, type EntryId, type MemberId, type PartyId } from '#core/model/id.ts';
import { partyRoom } from '#core/protocol/room.ts';
import type { Owner } from './names.ts';
import { RowStore, type FeedRows } from './rows.ts';
import { alice, breakStorage } from './storage.fixture.ts';

const stores: RowStore[] = [];
const storeOf = (owner: Owner): RowStore => {
	const store = new RowStore(owner);
	stores.push(store);
	return store;
};
const partyRow = (
	{ workspace, member }: Owner,
	name: string,
	seq: number,
	id = newId<PartyId>()
): PartyRow => ({
	kind: 'party',
	id,
	room: partyRoom(workspace, id),
	seq,
	party: id,
	at: seq,
	by: member,
	facts: {
		name,
		kind: 'organisation',
		roles: ['customer'],
		number: 'K-100',
		city: 'Köln',
		country: 'DE',
		emails: [],
		phones: [],
		persons: [],
		entries: 0,
		lastEntryAt: 0,
		importId: ''
	}
});
const entryRow = (party: PartyRow, title: string): EntryRow => ({
	kind: 'entry',
	id: newId<EntryId>(),
	room: party.room,
	seq: party.seq,
	party: party.party,
	at: 0,
	by: newId<MemberId>(),
	facts: { kind: 'call', title, excerpt: '' }
});
const step = (seq: number, rows: Row[], more: Partial<FeedRows> = {}): FeedRows => ({
	rows,
	gone: [],
	position: { incarnation: 'i', seq },
	reset: false,
	...more
});
const reloaded = async (owner: Owner): Promise<RowStore> => {
	const store = storeOf(owner);
	await store.load();
	return store;
};
const namesIn = (store: RowStore): string[] =>
	[...store.parties.values()].map((row) => row.facts.name).sort();

describe('rows on the device', () => {
	afterEach(async () => {
		for (const store of stores.splice(0)) await store.close();
	});

	it('come back with the position they belong to, many or few, changed and gone', async () => {
		const owner = alice();
		const store = await reloaded(owner);
		const rows = Array.from({ length: 1_500 }, (_, at) => partyRow(owner, `Muster ${at} GmbH`, at));
		const [first, second] = rows as [PartyRow, PartyRow];
		await store.apply(step(1_500, rows));
		const renamed = partyRow(owner, 'Beispiel AG', 1_501, first.party);
		const changed = await store.apply(step(1_502, [renamed], { gone: [second.party] }));
		expect(changed).toEqual(new Set([first.party, second.party]));
		const again = await reloaded(owner);
		expect(again.position).toEqual({ incarnation: 'i', seq: 1_502 });
		expect(again.parties.size).toBe(1_499);
		expect(again.parties.get(first.party)?.facts.name).toBe('Beispiel AG');
		expect(again.parties.has(second.party)).toBe(false);
	});

	it('22. a second tab does not put back what the first one has written further', async () => {
		const owner = alice();
		const [mine, theirs] = [await reloaded(owner), await reloaded(owner)];
		const row = partyRow(owner, 'alt', 1);
		await mine.apply(step(1, [row]));
		await mine.apply(step(2, [partyRow(owner, 'neu', 2, row.party)]));
		await theirs.apply(step(1, [row]));
		const again = await reloaded(owner);
		expect(again.position?.seq).toBe(2);
		expect(namesIn(again)).toEqual(['neu']);
	});

	it('12. a reset replaces all rows, on the disk too', async () => {
		const owner = alice();
		const store = await reloaded(owner);
		await store.apply(step(5, [partyRow(owner, 'vorher', 5)]));
		const position = { incarnation: 'k', seq: 1 };
		expect(await store.apply(step(1, [partyRow(owner, 'nachher', 1)], { reset: true, position }))).toBe(
			'all'
		);
		expect(namesIn(await reloaded(owner))).toEqual(['nachher']);
	});

	it('gives persons and entries of one party', async () => {
		const owner = alice();
		const store = await reloaded(owner);
		const [muster, other] = [partyRow(owner, 'Muster', 1), partyRow(owner, 'Andere', 1)];
		const call = entryRow(muster, 'Angebot');
		await store.apply(step(1, [muster, other, call, entryRow(other, 'anderes')]));
		expect(await store.others(muster.party)).toEqual([call]);
		await store.apply(step(2, [], { gone: [call.id] }));
		expect(await store.others(muster.party)).toEqual([]);
	});

	it('26. keeps own projections until they are dropped', async () => {
		const owner = alice();
		const store = await reloaded(owner);
		const row = partyRow(owner, 'eigene', 0);
		await store.putOwn([{ room: row.room, rows: [row], basis: 3 }]);
		expect(await storeOf(owner).load()).toEqual([{ room: row.room, rows: [row], basis: 3 }]);
		await store.dropOwn([row.room]);
		expect(await storeOf(owner).load()).toEqual([]);
	});

	it('C. a step that the disk refused is true in memory and leaves no gap on the disk', async () => {
		const owner = alice();
		const store = await reloaded(owner);
		const { repair } = breakStorage((_call, method) => (method === 'put' ? 'QuotaExceededError' : undefined));
		try {
			await expect(store.apply(step(1, [partyRow(owner, 'A', 1)]))).rejects.toMatchObject({
				failure: 'quota'
			});
			expect(namesIn(store)).toEqual(['A']);
		} finally {
			repair();
		}
		await store.apply(step(2, [partyRow(owner, 'B', 2)]));
		const again = await reloaded(owner);
		expect(namesIn(again)).toEqual(['A', 'B']);
		expect(again.position?.seq).toBe(2);
	});

	it('work many single changes into their chunks and lose none', async () => {
		const owner = alice();
		const store = await reloaded(owner);
		const rows = Array.from({ length: 3_000 }, (_, at) => partyRow(owner, `Muster ${at}`, at));
		await store.apply(step(3_000, rows));
		await store.apply(
			step(
				6_000,
				rows
					.slice(0, 2_500)
					.map((row) => ({ ...row, facts: { ...row.facts, name: `${row.facts.name} neu` } }))
			)
		);
		await store.tidy();
		const again = await reloaded(owner);
		expect(again.parties.size).toBe(3_000);
		expect(namesIn(again).filter((name) => name.endsWith('neu'))).toHaveLength(2_500);
	});
});
