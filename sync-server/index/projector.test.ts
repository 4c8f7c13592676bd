import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import * as Y from 'yjs';
import type { PartyFacts, Row } from '#core/documents/row.ts';
import { newId, type MemberId, type PartyId, type RoomName, type WorkspaceId } from '#core/model/id.ts';
import { parseRoom, partyRoom } from '#core/protocol/room.ts';
import { Log } from '../log/log.ts';
import { ReadLog } from '../log/read-log.ts';
import { FeedStore, type FeedStep } from './feed-store.ts';
import { PROJECT_BUSY_EVERY_MS, PROJECT_EVERY_MS, Projector } from './projector.ts';

const workspace = newId<WorkspaceId>();
const member = newId<MemberId>();
let folder: string;
let log: Log;
let read: ReadLog;
let store: FeedStore;
let now = 1_000_000;
let steps: FeedStep[];
let failed: RoomName[];

beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), 'rapport-projector-'));
	log = new Log(join(folder, 'log.db'), now);
	read = new ReadLog(join(folder, 'log.db'));
	store = new FeedStore(join(folder, 'index.db'), 1, false);
	steps = [];
	failed = [];
});
afterEach(() => {
	store.close();
	read.close();
	log.close();
	rmSync(folder, { recursive: true });
});

const newRoom = (): RoomName => partyRoom(workspace, newId<PartyId>());

/** Writes one value into a room's document, as a new client each time. */
function write(room: RoomName, name: string): void {
	writeAll([room], name);
}

function writeAll(rooms: readonly RoomName[], name: string): void {
	log.begin();
	for (const room of rooms) {
		const doc = new Y.Doc();
		doc.getMap('record').set('name', name);
		log.append(room, { member, at: now, ranges: [], bytes: Y.encodeStateAsUpdate(doc) });
	}
	log.commit();
}

const NO_FACTS: PartyFacts = {
	name: '',
	kind: 'organisation',
	roles: [],
	number: '',
	city: '',
	country: '',
	emails: [],
	phones: [],
	persons: [],
	entries: 0,
	lastEntryAt: 0,
	importId: ''
};

/** A party row, and a person's for each word of the name after the first. */
function projectNames(doc: Y.Doc, room: RoomName, seq: number): Row[] {
	const parsed = parseRoom(room);
	const name = String(doc.getMap('record').get('name'));
	if (name === 'poison') throw new Error('can not be projected');
	if (parsed?.kind !== 'party' || name === 'trash') return [];
	const base = { room, seq, party: parsed.party, at: 0, by: member };
	const [first, ...persons] = name.split(' ');
	return [
		{ ...base, kind: 'party', id: parsed.party, facts: { ...NO_FACTS, name: first ?? '' } },
		...persons.map((person) => ({
			...base,
			kind: 'person' as const,
			id: person,
			facts: { name: person, function: '', emails: [], phones: [] }
		}))
	];
}

const projector = (): Projector =>
	new Projector({
		log: read,
		store,
		incarnation: log.incarnation,
		project: projectNames,
		now: () => now,
		onStep: (step) => steps.push(step),
		onFailure: (room) => failed.push(room)
	});

const idsOf = (step: FeedStep | undefined): string[] =>
	(step?.rows ?? []).map((json) => (JSON.parse(json) as Row).id);

it('10. a document that can not be projected is told and skipped, the others go on', () => {
	const [good, poison, later] = [newRoom(), newRoom(), newRoom()];
	write(good, 'Muster');
	write(poison, 'poison');
	write(later, 'Beispiel');
	expect(projector().run(1_000)).toBeUndefined();
	expect(failed).toEqual([poison]);
	expect(store.page(undefined, 10).rows).toHaveLength(2);
	expect(store.logPosition.seq).toBe(3);
});

it('10. a room is projected at most every 250 ms, and the last state wins', () => {
	const room = newRoom();
	const following = projector();
	write(room, 'Muster');
	expect(following.run(1_000)).toBeUndefined();
	write(room, 'Muster Anna');
	expect(following.run(1_000)).toBe(PROJECT_EVERY_MS);
	expect(store.logPosition.seq).toBe(1);
	now += PROJECT_EVERY_MS;
	expect(following.run(1_000)).toBeUndefined();
	expect(steps).toHaveLength(2);
	expect(store.logPosition.seq).toBe(2);
});

it('10. a room that is written without a rest is projected less and less often, up to a bound', () => {
	const room = newRoom();
	const following = projector();
	write(room, 'Muster');
	following.run(1_000);
	const pauses: number[] = [];
	for (let i = 0; i < 6; i++) {
		write(room, `Muster Anna${i}`);
		const pause = following.run(1_000) ?? 0;
		pauses.push(pause);
		now += pause;
		following.run(1_000);
	}
	expect(pauses).toEqual([
		250,
		500,
		1_000,
		PROJECT_BUSY_EVERY_MS,
		PROJECT_BUSY_EVERY_MS,
		PROJECT_BUSY_EVERY_MS
	]);
	now += 2 * PROJECT_BUSY_EVERY_MS;
	write(room, 'Muster');
	expect(following.run(1_000), 'after a rest at once').toBeUndefined();
	write(room, 'Muster Anna');
	expect(following.run(1_000)).toBe(PROJECT_EVERY_MS);
});

it('26. only rows that differ are sent again, and the party always, with the new seq', () => {
	const room = newRoom();
	const following = projector();
	const doc = new Y.Doc();
	doc.getMap('record').set('name', 'Muster Anna Bert');
	log.begin();
	log.append(room, { member, at: now, ranges: [], bytes: Y.encodeStateAsUpdate(doc) });
	log.commit();
	following.run(1_000);
	const before = Y.encodeStateVector(doc);
	doc.getMap('record').set('name', 'Muster Anna Carl');
	log.begin();
	const seq = log.append(room, { member, at: now, ranges: [], bytes: Y.encodeStateAsUpdate(doc, before) });
	log.commit();
	now += PROJECT_EVERY_MS;
	following.run(1_000);
	const [, second] = steps;
	const party = parseRoom(room);
	expect(idsOf(second)).toEqual([party?.kind === 'party' ? party.party : '', 'Carl']);
	expect(second?.gone).toEqual(['Bert']);
	expect((JSON.parse(second?.rows[0] ?? '') as Row).seq).toBe(seq);
	expect(second?.after).toEqual(steps[0]?.position);
	expect(second?.position.seq).toBe((second?.after.seq ?? 0) + 3);
});

it('17. an id that stands in one room can not be taken over by another', () => {
	const [first, second] = [newRoom(), newRoom()];
	const following = projector();
	write(first, 'Muster Anna');
	following.run(1_000);
	write(second, 'Thief Anna');
	following.run(1_000);
	const anna = store
		.page(undefined, 10)
		.rows.map((json) => JSON.parse(json) as Row)
		.find(({ id }) => id === 'Anna');
	expect(anna?.room).toBe(first);
});

it('10. rooms that are no party have no rows, and do not hold up the others', () => {
	write(`${workspace}/settings` as RoomName, 'Muster');
	write(newRoom(), 'Muster');
	projector().run(1_000);
	expect(store.page(undefined, 10).rows).toHaveLength(1);
	expect(store.logPosition.seq).toBe(2);
});

it('10. work is cut into pieces, and a crash between them loses nothing', () => {
	const rooms = Array.from({ length: 1_200 }, newRoom);
	writeAll(rooms, 'Muster');
	const first = projector();
	expect(first.run(-1)).toBe(0);
	expect(store.page(undefined, 2_000).rows.length).toBe(1);
	const second = projector();
	while (second.run(1_000) !== undefined);
	const all = store.page(undefined, 2_000).rows.map((json) => (JSON.parse(json) as Row).room);
	expect(new Set(all)).toEqual(new Set(rooms));
	for (const step of steps) expect(step.rows.length).toBeLessThanOrEqual(500);
});
