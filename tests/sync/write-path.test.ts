import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as decoding from 'lib0/decoding';
import * as encoding from 'lib0/encoding';
import * as prng from 'lib0/prng';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import * as Y from 'yjs';
import { newId, type MemberId, type PartyId, type RoomName, type WorkspaceId } from '#core/model/id.ts';
import { partyRoom } from '#core/protocol/room.ts';
import { MAX_DEPTH } from '#core/protocol/limits.ts';
import { CHECKS, type CheckName } from '../../sync-server/rooms/checks.ts';
import { Log } from '../../sync-server/log/log.ts';
import { ReadLog } from '../../sync-server/log/read-log.ts';
import { WritePath } from '../../sync-server/rooms/write-path.ts';
import type { WriteRequest, WriteResult } from '../../sync-server/rooms/writer.ts';

const alice = newId<MemberId>();
const bob = newId<MemberId>();
const workspace = newId<WorkspaceId>();
const freshRoom = (): RoomName => partyRoom(workspace, newId<PartyId>());

let folder: string;
let log: Log;
let reader: ReadLog;
let path: WritePath;

beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), 'rapport-write-path-'));
	log = new Log(join(folder, 'log.db'), 1);
	reader = new ReadLog(join(folder, 'log.db'));
	path = new WritePath({ log, now: Date.now });
});

afterEach(() => {
	reader.close();
	log.close();
	rmSync(folder, { recursive: true });
});

function write(room: RoomName, update: Uint8Array, more: Partial<WriteRequest> = {}): WriteResult {
	const result = path.write({ room, update, kind: 'update', member: alice, vouched: false, ...more });
	path.commit();
	return result;
}

/** A document and the updates it makes, as a stock provider would send them. */
function author(): { doc: Y.Doc; updates: Uint8Array[] } {
	const doc = new Y.Doc();
	const updates: Uint8Array[] = [];
	doc.on('update', (update: Uint8Array) => updates.push(update));
	return { doc, updates };
}

const nth = (updates: readonly Uint8Array[], index: number): Uint8Array => {
	const update = updates[index];
	if (!update) throw new Error(`there is no update ${index}`);
	return update;
};

/** The room as the log has it, which must load without anything pending. */
function logged(room: RoomName): Y.Doc {
	const doc = new Y.Doc();
	for (const update of reader.content(room).updates) Y.applyUpdate(doc, update);
	expect(doc.store.pendingStructs).toBeNull();
	expect(doc.store.pendingDs).toBeNull();
	return doc;
}

const recordOf = (doc: Y.Doc): Record<string, unknown> => doc.getMap('record').toJSON();

/** An update written by hand: what no honest Yjs would make. */
function handMade(make: (e: encoding.Encoder) => void): Uint8Array {
	const e = encoding.createEncoder();
	make(e);
	return encoding.toUint8Array(e);
}

const giantGc = (client: number, clock: number, length: number): Uint8Array =>
	handMade((e) => {
		for (const n of [1, 1, client, clock]) encoding.writeVarUint(e, n);
		encoding.writeUint8(e, 0);
		for (const n of [length, 0]) encoding.writeVarUint(e, n);
	});

const deletes = (client: number, clock: number, length: number): Uint8Array =>
	handMade((e) => {
		for (const n of [0, 1, client, 1, clock, length]) encoding.writeVarUint(e, n);
	});

/** Items that all say to stand right after the same one. */
const samePlace = (count: number): Uint8Array =>
	handMade((e) => {
		for (const n of [1, count + 1, 7, 0]) encoding.writeVarUint(e, n);
		encoding.writeUint8(e, 4 | 0x20);
		encoding.writeVarUint(e, 1);
		for (const text of ['record', 'name', 'x']) encoding.writeVarString(e, text);
		for (let i = 0; i < count; i++) {
			encoding.writeUint8(e, 4 | 0x80);
			for (const n of [7, 0]) encoding.writeVarUint(e, n);
			encoding.writeVarString(e, 'x');
		}
		encoding.writeVarUint(e, 0);
	});

/** A letter under a key, and a run of three next to it, which by that stands under the key too. */
const runUnderKey = (): Uint8Array =>
	handMade((e) => {
		for (const n of [1, 2, 7, 0]) encoding.writeVarUint(e, n);
		encoding.writeUint8(e, 4 | 0x20);
		encoding.writeVarUint(e, 1);
		for (const text of ['record', 'name', 'x']) encoding.writeVarString(e, text);
		encoding.writeUint8(e, 4 | 0x80);
		for (const n of [7, 0]) encoding.writeVarUint(e, n);
		encoding.writeVarString(e, 'xyz');
		encoding.writeVarUint(e, 0);
	});

function nested(depth: number): Uint8Array {
	const { doc } = author();
	let at = new Y.Map<unknown>();
	doc.getMap('entries').set('x', at);
	for (let i = 1; i < depth; i++) {
		const next = new Y.Map<unknown>();
		at.set('x', next);
		at = next;
	}
	return Y.encodeStateAsUpdate(doc);
}

describe('the write path', () => {
	it('4. acknowledges with the sequence number of the commit and hands on only what was new', () => {
		const room = freshRoom();
		const { doc, updates } = author();
		doc.getMap('record').set('name', 'Muster GmbH');
		const first = write(room, nth(updates, 0));
		expect(first).toMatchObject({ state: 'saved', seq: 1 });
		doc.getMap('record').set('city', 'Köln');
		const both = write(room, Y.encodeStateAsUpdate(doc), { kind: 'step2' });
		expect(both).toMatchObject({ state: 'saved', seq: 2 });
		if (both.state !== 'saved' || !both.delta) throw new Error('a delta was expected');
		expect(Y.decodeUpdate(both.delta).structs).toHaveLength(1);
		expect(recordOf(logged(room))).toEqual({ name: 'Muster GmbH', city: 'Köln' });
	});

	it('6. what the log holds is acknowledged, whoever sends it, and written no second time', () => {
		const room = freshRoom();
		const { doc, updates } = author();
		doc.getMap('record').set('name', 'Muster GmbH');
		doc.getMap('record').delete('name');
		for (const update of updates) write(room, update);
		const echo = write(room, Y.encodeStateAsUpdate(doc), { kind: 'step2', member: bob });
		expect(echo).toEqual({ state: 'saved', seq: 2, delta: undefined });
		expect(reader.history(room, Infinity, 10)).toHaveLength(2);
	});

	it("6. a joiner's answer that carries others' structs counts by its own remainder only", () => {
		const room = freshRoom();
		const one = author();
		one.doc.getMap('record').set('name', 'Muster GmbH');
		write(room, nth(one.updates, 0));
		const two = author();
		Y.applyUpdate(two.doc, nth(one.updates, 0));
		two.doc.getMap('record').set('name', 'Muster AG');
		const answer = write(room, Y.encodeStateAsUpdate(two.doc), { kind: 'step2', member: bob });
		expect(answer.state).toBe('saved');
		expect(recordOf(logged(room))).toEqual({ name: 'Muster AG' });
	});

	it('7. an update that Yjs itself can not apply spoils nothing', () => {
		const room = freshRoom();
		const { doc, updates } = author();
		doc.getMap('record').set('name', 'Muster GmbH');
		write(room, nth(updates, 0));
		expect(write(room, new Uint8Array([1, 1, 1, 255, 3])).state).toBe('refused');
		doc.getMap('record').set('name', 'Muster AG');
		expect(write(room, nth(updates, 1)).state).toBe('saved');
		expect(recordOf(logged(room))).toEqual({ name: 'Muster AG' });
	});

	it('8. a clock gap is answered with the state vector, neither logged nor acknowledged', () => {
		const room = freshRoom();
		const { doc, updates } = author();
		for (const name of ['A', 'B', 'C']) doc.getMap('record').set('name', name);
		write(room, nth(updates, 0));
		const gap = write(room, nth(updates, 2));
		expect(gap.state).toBe('gap');
		if (gap.state !== 'gap') return;
		expect(Y.decodeStateVector(gap.stateVector).get(doc.clientID)).toBe(1);
		const answer = Y.encodeStateAsUpdate(doc, gap.stateVector);
		expect(write(room, answer, { kind: 'step2' }).state).toBe('saved');
		expect(recordOf(logged(room))).toEqual({ name: 'C' });
	});

	it('8. a SyncStep2 that still has the gap is refused by name', () => {
		const { doc, updates } = author();
		for (const name of ['A', 'B']) doc.getMap('record').set('name', name);
		expect(write(freshRoom(), nth(updates, 1), { kind: 'step2' })).toEqual({
			state: 'refused',
			reason: 'gapRemains'
		});
	});

	it('8. a delete that overtakes the insert it deletes is a gap, not an offence', () => {
		const room = freshRoom();
		const one = author();
		one.doc.getMap('record').set('name', 'A');
		const two = author();
		Y.applyUpdate(two.doc, nth(one.updates, 0));
		two.doc.getMap('record').delete('name');
		expect(write(room, nth(two.updates, 1), { member: bob }).state).toBe('gap');
		write(room, nth(one.updates, 0));
		expect(write(room, nth(two.updates, 1), { member: bob }).state).toBe('saved');
	});
});

describe('poison', () => {
	const subdocument = (): Uint8Array => {
		const { doc } = author();
		doc.getMap('entries').set('x', new Y.Doc());
		return Y.encodeStateAsUpdate(doc);
	};
	const inRoot = (change: (doc: Y.Doc) => void): Uint8Array => {
		const { doc } = author();
		change(doc);
		return Y.encodeStateAsUpdate(doc);
	};
	const poisons: [string, string, () => Uint8Array, CheckName][] = [
		['a GC struct of length 2^50', 'clockJump', () => giantGc(7, 0, 2 ** 50), 'clockJump'],
		['an unknown root', 'unknownRoot', () => inRoot((doc) => doc.getMap('evil').set('x', 1)), 'roots'],
		[
			'a root named __proto__',
			'unknownRoot',
			() => inRoot((doc) => doc.getMap('__proto__').set('x', 1)),
			'roots'
		],
		[
			'a root of another type',
			'wrongRootType',
			() => inRoot((doc) => doc.getText('record').insert(0, 'x')),
			'roots'
		],
		['types nested beyond the cap', 'tooDeep', () => nested(MAX_DEPTH + 2), 'depth'],
		['a document in a document', 'forbiddenContent', subdocument, 'forbiddenContent'],
		['deletes of a client that nobody knows', 'deleteOfUnknown', () => deletes(99, 0, 5), 'gaps'],
		['a clock far ahead', 'gapRemains', () => giantGc(7, 2 ** 40, 1), 'gaps'],
		['several values in one run under one key', 'forbiddenContent', () => runUnderKey(), 'oneValueEach'],
		['thousands of items that claim one place', 'tooLarge', () => samePlace(4000), 'placing']
	];

	for (const [name, reason, make, check] of poisons) {
		it(`9. ${name} is refused as ${reason}, and leaving out the check "${check}" lets it through`, () => {
			const room = freshRoom();
			expect(write(room, make(), { kind: 'push' })).toEqual({ state: 'refused', reason });
			expect(reader.content(room).updates).toHaveLength(0);
			path = new WritePath({ log, now: Date.now, without: check });
			expect(write(freshRoom(), make(), { kind: 'push' })).not.toEqual({ state: 'refused', reason });
		});
	}

	it('9. values of one key that undo has kept come as a run and are taken', () => {
		const { doc } = author();
		const body = new Y.XmlElement('paragraph');
		doc.getMap('entries').set('body', body);
		const undo = new Y.UndoManager(body, { captureTimeout: 0 });
		for (const indent of ['1', '2', '3', '4']) body.setAttribute('indent', indent);
		const update = Y.encodeStateAsUpdate(doc);
		const runs = Y.decodeUpdate(update).structs.filter(
			(struct) => struct.constructor === Y.Item && struct.length > 1
		);
		expect(runs).toHaveLength(1);
		const room = freshRoom();
		expect(write(room, update, { kind: 'step2' }).state).toBe('saved');
		expect(logged(room).getMap('entries').toJSON()).toEqual(doc.getMap('entries').toJSON());
		undo.destroy();
	});

	it('9. structs under a client id of somebody else are refused, unless vouched for (rule 12)', () => {
		const room = freshRoom();
		const { doc, updates } = author();
		doc.getMap('record').set('name', 'A');
		doc.getMap('record').set('name', 'B');
		write(room, nth(updates, 0));
		const foreign = { member: bob, kind: 'push' } as const;
		const refusal = { state: 'refused', reason: 'foreignClient' };
		expect(write(room, nth(updates, 1), foreign)).toEqual(refusal);
		path = new WritePath({ log, now: Date.now });
		expect(write(room, nth(updates, 1), foreign), 'after a restart').toEqual(refusal);
		path = new WritePath({ log, now: Date.now, without: 'foreignClient' });
		expect(write(room, nth(updates, 1), foreign).state).toBe('saved');
		doc.getMap('record').set('name', 'C');
		path = new WritePath({ log, now: Date.now });
		expect(write(room, nth(updates, 2), { ...foreign, vouched: true }).state).toBe('saved');
	});

	it("6. what is new in another member's own room is refused, what the log holds is not", () => {
		const room = `${freshRoom()}/draft/${alice}` as RoomName;
		const { doc } = author();
		doc.getMap('record').set('name', 'A');
		const update = Y.encodeStateAsUpdate(doc);
		expect(write(room, update, { member: bob })).toEqual({ state: 'refused', reason: 'notAllowed' });
		path = new WritePath({ log, now: Date.now, without: 'right' });
		expect(write(room, update, { member: bob })).not.toMatchObject({ reason: 'notAllowed' });
		// A draft has no roots yet, but may hold what came from elsewhere: here what is left of deleted structs.
		expect(write(room, giantGc(7, 0, 5)).state).toBe('saved');
		path = new WritePath({ log, now: Date.now });
		expect(write(room, giantGc(7, 0, 5), { member: bob })).toMatchObject({
			state: 'saved',
			delta: undefined
		});
	});

	it('14. a claimed client id is taken for others before anything was written under it', () => {
		const room = freshRoom();
		const { doc, updates } = author();
		expect(path.claim(room, doc.clientID, alice)).toEqual({ state: 'claimed' });
		expect(path.claim(room, doc.clientID, alice)).toEqual({ state: 'claimed' });
		expect(path.claim(room, doc.clientID, bob)).toEqual({ state: 'taken' });
		doc.getMap('record').set('name', 'A');
		expect(write(room, nth(updates, 0), { member: bob })).toMatchObject({ reason: 'foreignClient' });
		expect(write(room, nth(updates, 0)).state).toBe('saved');
	});

	it('9. every check is covered by a poison', () => {
		const covered = new Set<string>([...poisons.map(([, , , check]) => check), 'foreignClient', 'right']);
		expect([...covered].sort()).toEqual(Object.keys(CHECKS).sort());
	});

	it('7. keys named __proto__ are kept as plain keys', () => {
		const room = freshRoom();
		expect(
			write(
				room,
				inRoot((doc) => doc.getMap('record').set('__proto__', 'x'))
			).state
		).toBe('saved');
		expect(logged(room).getMap('record').get('__proto__')).toBe('x');
		expect(({} as Record<string, unknown>).x).toBeUndefined();
	});
});

describe('fuzz', () => {
	const rounds = Number(process.env.SOAK_SEEDS ?? 4);
	for (let seed = 1; seed <= rounds; seed++) {
		it(`7. mutated updates leave document and log equal and never stop honest peers (seed ${seed})`, () => {
			const random = prng.create(seed);
			const room = freshRoom();
			const { doc, updates } = author();
			path.claim(room, doc.clientID, alice);
			let sent = 0;
			for (let step = 0; step < 400; step++) {
				const map = doc.getMap(prng.oneOf(random, ['record', 'entries', 'persons']));
				const action = prng.int32(random, 0, 3);
				if (action <= 1) map.set(prng.word(random, 1, 2), prng.word(random));
				else if (action === 2) map.set(prng.word(random, 1, 2), new Y.Map([['a', 1]]));
				else for (const key of [...map.keys()].slice(0, 1)) map.delete(key);
				while (sent < updates.length) {
					const honest = nth(updates, sent++);
					for (let i = 0; i < 3; i++) {
						const mutant = mutate(random, honest);
						// An attacker who got hold of a member's own client id may write; somebody else must not.
						write(room, mutant, { member: bob, kind: prng.oneOf(random, ['update', 'step2', 'push']) });
					}
					expect(write(room, honest), `seed ${seed}, step ${step}`).toMatchObject({ state: 'saved' });
				}
			}
			// A mutant may be a proper edit of bob's; what must hold is that everybody ends with the same.
			const copy = logged(room);
			Y.applyUpdate(doc, Y.encodeStateAsUpdate(copy));
			expect(doc.store.pendingStructs).toBeNull();
			for (const root of ['record', 'entries', 'persons'])
				expect(doc.getMap(root).toJSON()).toEqual(copy.getMap(root).toJSON());
			expect(Y.equalSnapshots(Y.snapshot(doc), Y.snapshot(copy))).toBe(true);
			const rebuilt = new WritePath({ log, now: Date.now });
			expect(
				rebuilt.write({
					room,
					update: Y.encodeStateAsUpdate(copy),
					kind: 'step2',
					member: bob,
					vouched: false
				})
			).toMatchObject({ state: 'saved', delta: undefined });
		});
	}
});

/** Changes an update's bytes or numbers; keeps the author's client id away from what the mutant adds. */
function mutate(random: prng.PRNG, update: Uint8Array): Uint8Array {
	const bytes = update.slice();
	const changes = prng.int32(random, 1, 4);
	for (let i = 0; i < changes; i++) {
		const at = prng.int32(random, 0, bytes.length - 1);
		bytes[at] = prng.bool(random)
			? prng.int32(random, 0, 255)
			: (bytes[at] ?? 0) ^ (1 << prng.int32(random, 0, 7));
	}
	return prng.int32(random, 0, 9) === 0 ? bytes.slice(0, prng.int32(random, 0, bytes.length)) : bytes;
}

describe('log', () => {
	it('11. compaction keeps the content, gives way when it comes too late, and any past state can be shown', () => {
		const room = freshRoom();
		const { doc, updates } = author();
		for (let i = 0; i < 50; i++) doc.getMap('record').set('name', `Name ${i}`);
		updates.forEach((update) => write(room, update));
		const early = reader.buildCompaction(room);
		const late = reader.buildCompaction(room);
		if (!early || !late) throw new Error('there is something to compact');
		doc.getMap('record').set('name', 'meanwhile');
		write(room, nth(updates, 50));
		expect(log.compact(early, () => undefined)).toBe(true);
		expect(log.compact(late, () => undefined)).toBe(false);
		expect(reader.content(room).updates).toHaveLength(2);
		expect(recordOf(logged(room))).toEqual({ name: 'meanwhile' });
		const past = new Y.Doc();
		const state = reader.stateAt(room, 8);
		if (!state) throw new Error('the room existed then');
		Y.applyUpdate(past, state);
		expect(recordOf(past)).toEqual({ name: 'Name 7' });
		expect(reader.history(room, Infinity, 100).map(({ seq }) => seq)).toEqual(
			Array.from({ length: 51 }, (_, i) => 51 - i)
		);
		expect(Y.decodeStateVector(reader.content(room).stateVector).get(doc.clientID)).toBe(51);
	});

	it('12. a position is known exactly while its incarnation covers it', () => {
		const before = { incarnation: log.incarnation, seq: 0 };
		expect(reader.covers(before)).toBe(true);
		const { doc, updates } = author();
		doc.getMap('record').set('name', 'A');
		write(freshRoom(), nth(updates, 0));
		expect(reader.covers({ ...before, seq: 1 })).toBe(true);
		expect(reader.covers({ ...before, seq: 2 })).toBe(false);
		log.close();
		log = new Log(join(folder, 'log.db'), 2);
		expect(log.position.seq).toBe(1);
		expect(reader.covers({ ...before, seq: 1 }), 'a restart alone is no restore').toBe(true);
		expect(reader.covers({ ...before, seq: 2 })).toBe(false);
		expect(reader.covers({ incarnation: log.incarnation, seq: 1 })).toBe(true);
		expect(reader.covers({ incarnation: 'never heard of', seq: 0 })).toBe(false);
	});

	it('10. a full disk refuses the batch, keeps what was acknowledged, and takes writes again afterwards', () => {
		const room = freshRoom();
		log.close();
		log = new Log(join(folder, 'log.db'), 3, 40);
		path = new WritePath({ log, now: Date.now });
		const { doc, updates } = author();
		let acknowledged = 0;
		let failure: unknown;
		for (let i = 0; i < 200 && !failure; i++) {
			doc.getMap('record').set(`k${i}`, 'x'.repeat(2000));
			try {
				write(room, nth(updates, i));
				acknowledged += 1;
			} catch (error) {
				path.rollback();
				failure = error;
			}
		}
		expect(failure).toMatchObject({ errcode: 13 });
		expect(Object.keys(recordOf(logged(room)))).toHaveLength(acknowledged);
		log.close();
		log = new Log(join(folder, 'log.db'), 4);
		path = new WritePath({ log, now: Date.now });
		expect(write(room, Y.encodeStateAsUpdate(doc), { kind: 'step2' }).state).toBe('saved');
		expect(Object.keys(recordOf(logged(room)))).toHaveLength(acknowledged + 1);
	});
});

it('9. the hand-made updates are what they claim to be', () => {
	const decoder = decoding.createDecoder(giantGc(7, 0, 2 ** 50));
	expect(decoder.arr.length).toBeLessThanOrEqual(16);
	expect(Y.decodeUpdate(giantGc(7, 0, 2 ** 50)).structs[0]?.length).toBe(2 ** 50);
	expect(Y.decodeUpdate(deletes(99, 0, 5)).ds.clients.get(99)).toEqual([
		expect.objectContaining({ clock: 0, len: 5 })
	]);
});
