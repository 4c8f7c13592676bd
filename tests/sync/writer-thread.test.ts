import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import * as Y from 'yjs';
import { PullReader, type PullItem } from '#core/protocol/messages.ts';
import type { RoomName } from '#core/model/id.ts';
import { Compactor } from '../../sync-server/log/compactor.ts';
import { Reader } from '../../sync-server/log/reader.ts';
import { Writer, type WriteResult, type WriterOptions } from '../../sync-server/rooms/writer.ts';
import { alice, freshRoom } from './write-path-stage.ts';

let folder: string;
let writer: Writer;
let reader: Reader;

async function open(options: Partial<WriterOptions> = {}): Promise<void> {
	const path = join(folder, 'log.db');
	writer = await Writer.open({ path, ...options });
	reader = new Reader({ path, incarnation: writer.position.incarnation });
}

async function close(): Promise<void> {
	await reader.close();
	await writer.close();
}

beforeEach(async () => {
	folder = mkdtempSync(join(tmpdir(), 'rapport-writer-'));
	await open();
});
afterEach(async () => {
	await close();
	rmSync(folder, { recursive: true });
});

const write = (room: RoomName, update: Uint8Array): Promise<WriteResult> =>
	writer.write({ room, update, kind: 'update', member: alice, vouched: false });

/** A party whose edits are collected as a stock provider would send them. */
function party(): { doc: Y.Doc; room: RoomName; take: () => Uint8Array[] } {
	const doc = new Y.Doc();
	const updates: Uint8Array[] = [];
	doc.on('update', (update: Uint8Array) => updates.push(update));
	return { doc, room: freshRoom(), take: () => updates.splice(0) };
}

async function pulled(request: Parameters<Reader['pull']>[0]): Promise<PullItem[]> {
	const cut = new PullReader();
	const items: PullItem[] = [];
	for await (const bytes of reader.pull(request)) items.push(...cut.push(bytes));
	return items;
}

async function readDocument(room: RoomName): Promise<Y.Doc> {
	const doc = new Y.Doc();
	for (const update of (await reader.ask('content', room)).updates) Y.applyUpdate(doc, update);
	return doc;
}

describe('the writer thread', () => {
	it('10. what is queued at once is answered in its order, and read back whole', async () => {
		const { doc, room, take } = party();
		for (let i = 0; i < 300; i++) doc.getMap('record').set(`k${i}`, i);
		const results = await Promise.all(take().map((update) => write(room, update)));
		expect(results.map((result) => result.state === 'saved' && result.seq)).toEqual(
			Array.from({ length: 300 }, (_, i) => i + 1)
		);
		expect(writer.position.seq).toBe(300);
		expect((await readDocument(room)).getMap('record').toJSON()).toEqual(doc.getMap('record').toJSON());
	});

	it('10. a poison in a batch refuses nothing else in it', async () => {
		const { doc, room, take } = party();
		doc.getMap('record').set('name', 'Muster GmbH');
		const [first = new Uint8Array()] = take();
		const states = await Promise.all([
			write(room, first),
			write(room, new Uint8Array([0, 1, ...deleteOfNothing(doc.clientID)])),
			write(freshRoom(), new Uint8Array([9, 9, 9])),
			write(room, first)
		]);
		expect(states.map(({ state }) => state)).toEqual(['saved', 'refused', 'refused', 'saved']);
	});

	it('10. a full disk is said as such, loses nothing acknowledged, and ends with the fullness', async () => {
		await close();
		await open({ maxPages: 60 });
		const faults: string[] = [];
		writer.onFault = (fault) => faults.push(fault);
		const { doc, room, take } = party();
		let saved = 0;
		let last: WriteResult = { state: 'saved', seq: 0, delta: undefined };
		for (let i = 0; i < 100 && last.state === 'saved'; i++) {
			doc.getMap('record').set(`k${i}`, 'x'.repeat(3000));
			last = (await Promise.all(take().map((update) => write(room, update)))).at(-1) ?? last;
			if (last.state === 'saved') saved += 1;
		}
		expect(last).toEqual({ state: 'refused', reason: 'diskFull' });
		expect(faults[0]).toContain('full');
		expect((await readDocument(room)).getMap('record').size).toBe(saved);
		expect(writer.position.seq).toBe(saved);
		// Another room still fits once in a while, and the same one after there is room again.
		const known = Y.encodeStateVector(await readDocument(room));
		await close();
		await open();
		expect(await write(room, Y.encodeStateAsUpdate(doc, known))).toMatchObject({
			state: 'saved',
			seq: saved + 1
		});
		expect((await readDocument(room)).getMap('record').toJSON()).toEqual(doc.getMap('record').toJSON());
	});

	it('10. what comes after the closing is refused as such, what came before is written', async () => {
		const { doc, room, take } = party();
		doc.getMap('record').set('name', 'Muster GmbH');
		const [update = new Uint8Array()] = take();
		const before = write(room, update);
		const closed = writer.close();
		expect(await write(room, update)).toEqual({ state: 'refused', reason: 'shuttingDown' });
		expect((await before).state).toBe('saved');
		await closed;
	});

	it('11. a long tail is compacted by itself, once', async () => {
		const compactions: string[] = [];
		const compactor = new Compactor(writer, reader, (_, error) => compactions.push(String(error)));
		const { doc, room, take } = party();
		for (let i = 0; i < 250; i++) doc.getMap('record').set('name', `Muster ${i} GmbH`);
		for (const update of take()) await write(room, update);
		let content = await reader.ask('content', room);
		for (let i = 0; content.updates.length > 200; i++) {
			doc.getMap('record').set('name', `Muster AG ${i}`);
			for (const update of take()) await write(room, update);
			content = await reader.ask('content', room);
		}
		await compactor.close();
		expect(compactions).toEqual([]);
		expect((await readDocument(room)).getMap('record').toJSON()).toEqual(doc.getMap('record').toJSON());
		const rows = await reader.ask('history', room, Infinity, 1000);
		expect(rows.map(({ seq }) => seq)).toEqual(
			Array.from({ length: writer.position.seq }, (_, i) => rows.length - i)
		);
		expect(await reader.ask('history', room, 100, 3)).toMatchObject([{ seq: 99 }, { seq: 98 }, { seq: 97 }]);
	});
});

describe('the reader thread', () => {
	it('5. a log that can not be read is an error, never an empty document', async () => {
		const blind = new Reader({ path: join(folder, 'nothing-here.db'), incarnation: 'x' });
		await expect(blind.ask('content', freshRoom())).rejects.toThrow();
		await expect(blind.ask('missing', freshRoom(), new Uint8Array([0]))).rejects.toThrow();
		await blind.close();
	});

	it('5. a peer that has part of a document gets all the rest, whatever it has', async () => {
		const { doc, room, take } = party();
		const stages = [new Y.Doc()];
		const keep = (): void => {
			const copy = new Y.Doc();
			Y.applyUpdate(copy, Y.encodeStateAsUpdate(doc));
			stages.push(copy);
		};
		for (let i = 0; i < 300; i++) {
			const record = doc.getMap('record');
			if (i % 5 === 4) record.delete(`k${i % 3}`);
			else record.set(`k${i % 7}`, i % 50 === 0 ? 'x'.repeat(20_000) : i);
			for (const update of take()) await write(room, update);
			if (i % 29 === 0) keep();
			if (i !== 120) continue;
			const compaction = await reader.ask('buildCompaction', room);
			if (compaction) expect(await writer.compact(compaction)).toEqual({ state: 'compacted' });
		}
		// One peer has something of its own that the relay lacks.
		stages.at(-1)?.getMap('record').set('own', true);
		for (const [at, peer] of stages.entries()) {
			const { updates, stateVector } = await reader.ask('missing', room, Y.encodeStateVector(peer));
			for (const update of updates) Y.applyUpdate(peer, update);
			expect(stateVector).toEqual(Y.encodeStateVector(doc));
			Y.applyUpdate(doc, Y.encodeStateAsUpdate(peer));
			expect(peer.store.pendingStructs).toBeNull();
			expect(peer.getMap('record').toJSON(), `peer ${at}`).toEqual(doc.getMap('record').toJSON());
			expect(Y.equalSnapshots(Y.snapshot(peer), Y.snapshot(doc)), `peer ${at}`).toBe(true);
		}
	});

	it('13. a state of the past comes back as a new edit, and everything since stays in the history', async () => {
		const { doc, room, take } = party();
		const record = doc.getMap('record');
		const send = async (): Promise<void> => {
			for (const update of take()) await write(room, update);
		};
		record.set('name', 'Muster GmbH');
		await send();
		record.set('name', 'Mustermann GmbH');
		record.delete('city');
		await send();
		const compaction = await reader.ask('buildCompaction', room);
		if (compaction) await writer.compact(compaction);
		const past = new Y.Doc();
		Y.applyUpdate(past, (await reader.ask('stateAt', room, 1)) ?? new Uint8Array());
		record.set('name', past.getMap('record').get('name'));
		await send();
		expect((await readDocument(room)).getMap('record').toJSON()).toEqual({ name: 'Muster GmbH' });
		const rows = await reader.ask('history', room, Infinity, 10);
		expect(rows.map(({ seq }) => seq)).toEqual([3, 2, 1]);
		const between = new Y.Doc();
		Y.applyUpdate(between, (await reader.ask('stateAt', room, 2)) ?? new Uint8Array());
		expect(between.getMap('record').toJSON()).toEqual({ name: 'Mustermann GmbH' });
	});

	it('12. what a device says of single rooms counts more than what it knows of all', async () => {
		const rooms = await Promise.all(
			['A', 'B', 'C'].map(async (name) => {
				const { doc, room } = party();
				doc.getMap('record').set('name', name);
				await write(room, Y.encodeStateAsUpdate(doc));
				return room;
			})
		);
		const [lost = freshRoom(), , further = freshRoom()] = rooms;
		const roomsOf = (items: PullItem[]): RoomName[] =>
			items.flatMap((item) => (item.kind === 'room' ? item.room : []));
		const { incarnation } = writer.position;
		expect(roomsOf(await pulled({ known: undefined, have: new Map() }))).toEqual([...rooms].reverse());
		expect(roomsOf(await pulled({ known: { incarnation, seq: 3 }, have: new Map([[lost, 0]]) }))).toEqual([
			lost
		]);
		expect(roomsOf(await pulled({ known: { incarnation, seq: 2 }, have: new Map([[further, 3]]) }))).toEqual(
			[]
		);
		expect(await pulled({ known: { incarnation, seq: 4 }, have: new Map() })).toMatchObject([
			{ kind: 'diverged' }
		]);
		expect(await pulled({ known: { incarnation: 'other', seq: 1 }, have: new Map() })).toMatchObject([
			{ kind: 'diverged' }
		]);
		expect(await pulled({ known: undefined, have: new Map([[lost, 9]]) })).toMatchObject([
			{ kind: 'diverged' }
		]);
	});

	it('12. a comparison sees deletes, on both sides, before and after compaction', async () => {
		const { doc, room, take } = party();
		doc.getMap('record').set('name', 'A');
		doc.getMap('record').set('city', 'Köln');
		for (const update of take()) await write(room, update);
		const snapshotBefore = Y.encodeSnapshot(Y.snapshot(doc));
		doc.getMap('record').delete('city');
		const snapshotAfter = Y.encodeSnapshot(Y.snapshot(doc));
		const compare = async (snapshot: Uint8Array): Promise<unknown> =>
			(await reader.ask('compare', { items: [{ room, snapshot }] }))?.[0];
		expect(await compare(snapshotBefore)).toEqual({ seq: 2, relayLacks: false, deviceLacks: false });
		expect(await compare(snapshotAfter)).toEqual({ seq: 2, relayLacks: true, deviceLacks: false });
		for (const update of take()) await write(room, update);
		for (let round = 0; round < 2; round++) {
			expect(await compare(snapshotBefore)).toEqual({ seq: 3, relayLacks: false, deviceLacks: true });
			expect(await compare(snapshotAfter)).toEqual({ seq: 3, relayLacks: false, deviceLacks: false });
			const compaction = await reader.ask('buildCompaction', room);
			if (compaction) expect(await writer.compact(compaction)).toEqual({ state: 'compacted' });
		}
	});
});

/** A delete set that names the client's end with a range of no length. */
const deleteOfNothing = (client: number): number[] => {
	const bytes: number[] = [];
	let rest = client;
	for (; rest > 127; rest = Math.floor(rest / 128)) bytes.push(128 | (rest % 128));
	return [...bytes, rest, 1, 1, 0];
};
