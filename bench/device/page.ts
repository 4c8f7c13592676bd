import { IndexeddbPersistence } from 'y-indexeddb';
import * as Y from 'yjs';
import type { PartyFacts, PartyRow } from '#core/documents/row.ts';
import { project } from '#core/documents/project.ts';
import { newId, type MemberId, type PartyId, type WorkspaceId } from '#core/model/id.ts';
import { partyRoom } from '#core/protocol/room.ts';
import { PartyList } from '../../src/lib/features/party/party-list.ts';
import { FixedRows, partyRow } from '../../src/lib/features/party/party-rows.fixture.ts';
import { Shelf } from '../../src/lib/storage/shelf.ts';
import { makeParty } from '../load/parties.ts';
import { Samples } from '../load/samples.ts';

// Runs in a real browser, on the app's own modules; `host.ts` opens this page and calls these by name.
const WORKSPACE = '0199a000-0000-7000-8000-000000000001' as WorkspaceId;
const MEMBER = '0199a000-0000-7000-8000-000000000002' as MemberId;
const BATCH = 500;

async function fillShelf(count: number): Promise<void> {
	const shelf = new Shelf({ workspace: WORKSPACE, member: MEMBER });
	for (let at = 0; at < count; at += BATCH)
		await shelf.receive(
			Array.from({ length: Math.min(BATCH, count - at) }, (_, number) => ({
				room: partyRoom(WORKSPACE, newId<PartyId>()),
				seq: at + number + 1,
				updates: [makeParty(at + number, MEMBER)]
			}))
		);
	await shelf.close();
}

/** Every closed document read and made a Y.Doc of, as a cold start would; ms. */
async function readShelf(): Promise<{ documents: number; ms: number }> {
	const start = performance.now();
	const shelf = new Shelf({ workspace: WORKSPACE, member: MEMBER });
	let documents = 0;
	for (let last: Awaited<ReturnType<Shelf['after']>>[number]['room'] | undefined; ;) {
		const records = await shelf.after(last, BATCH);
		for (const { updates } of records) {
			const doc = new Y.Doc();
			for (const update of updates) Y.applyUpdate(doc, update);
			documents++;
		}
		last = records.at(-1)?.room;
		if (records.length < BATCH) break;
	}
	return { documents, ms: performance.now() - start };
}

async function fillStock(count: number): Promise<void> {
	for (let number = 0; number < count; number++) {
		const doc = new Y.Doc();
		const kept = new IndexeddbPersistence(`stock-${number}`, doc);
		await kept.whenSynced;
		Y.applyUpdate(doc, makeParty(number, MEMBER));
		await kept.destroy();
	}
}

/** The same by y-indexeddb as it comes: one database per document, ten at a time. */
async function readStock(count: number): Promise<{ documents: number; ms: number }> {
	const start = performance.now();
	let next = 0;
	let documents = 0;
	const lane = async (): Promise<void> => {
		while (next < count) {
			const doc = new Y.Doc();
			await new IndexeddbPersistence(`stock-${next++}`, doc).whenSynced;
			if (doc.getMap('record').size > 0) documents++;
		}
	};
	await Promise.all(Array.from({ length: 10 }, lane));
	return { documents, ms: performance.now() - start };
}

const WORDS = [
	'm',
	'mu',
	'mus',
	'muster',
	'schmidt logistik',
	'köln',
	'gmbh 99',
	'4711',
	'einkauf@',
	'zzz',
	'brauerei'
];

/** Keystrokes in the filter and changes of order over `count` parties; ms. */
function filterRows(count: number): { p50: number; p95: number; first: number } {
	const rows = Array.from({ length: count }, (_, number) => rowOf(number));
	const list = new PartyList(new FixedRows(rows));
	const begun = performance.now();
	list.find('m', 'name');
	const first = performance.now() - begun;
	list.find('', 'lastEntry');
	const times = new Samples();
	for (let round = 0; round < 10; round++)
		for (const word of WORDS)
			for (const sort of ['name', 'lastEntry'] as const)
				for (let length = 1; length <= word.length; length++) {
					const start = performance.now();
					list.find(word.slice(0, length), sort);
					times.add(performance.now() - start);
				}
	return { p50: times.at(0.5), p95: times.at(0.95), first };
}

let pattern: PartyFacts | undefined;
function rowOf(number: number): PartyRow {
	const party = newId<PartyId>();
	if (!pattern) {
		const doc = new Y.Doc();
		Y.applyUpdate(doc, makeParty(1, MEMBER));
		const row = project(doc, partyRoom(WORKSPACE, party), 1).find(({ kind }) => kind === 'party');
		if (row?.kind !== 'party') throw new Error('no party row');
		pattern = row.facts;
	}
	const names = ['Muster', 'Schmidt', 'Weber', 'Krüger', 'Bäcker', 'Özdemir', 'Nowak'];
	const trades = ['Maschinenbau', 'Logistik', 'Brauerei', 'Software'];
	const cities = ['Köln', 'München', 'Hamburg', 'Leipzig', 'Passau'];
	return partyRow(
		{
			...pattern,
			name: `${names[number % 7] ?? ''} ${trades[number % 4] ?? ''} ${number} GmbH`,
			number: `K-${number}`,
			city: cities[number % 5] ?? '',
			emails: [`info@kunde-${number}.example`, `einkauf@kunde-${number}.example`],
			phones: [`+49 221 ${100_000 + number}`],
			lastEntryAt: (number * 7_919) % 1_000_003
		},
		party
	);
}

const page = { fillShelf, readShelf, fillStock, readStock, filterRows };
export type DevicePage = typeof page;
Object.assign(globalThis, { page });
