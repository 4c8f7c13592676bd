import * as Y from 'yjs';
import { cp, rm } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Row } from '#core/documents/row.ts';
import type { RoomName } from '#core/model/id.ts';
import type { Position } from '#core/protocol/messages.ts';
import type { RelayApi } from '../../src/lib/sync/answer.ts';
import { IndexFeed, type FeedSink, type FeedStep } from '../../src/lib/sync/feed.ts';
import { heal, type HealDocuments } from '../../src/lib/sync/heal.ts';
import { pull, type PullEnd } from '../../src/lib/sync/pull.ts';
import { push } from '../../src/lib/sync/push.ts';
import { askDirectory, askWorkspace } from '../../src/lib/sync/session.ts';
import { until } from './device.ts';
import { Stage } from './stage.ts';

let stage: Stage;
beforeEach(async () => {
	stage = await Stage.set();
});
afterEach(() => stage.strike());

/** Closed documents of one device, in memory. */
class Closed implements HealDocuments {
	readonly docs = new Map<RoomName, Y.Doc>();
	readonly api: RelayApi;
	readonly seqs = new Map<RoomName, number>();

	constructor(api: RelayApi) {
		this.api = api;
	}

	doc(room: RoomName): Y.Doc {
		const doc = this.docs.get(room) ?? new Y.Doc();
		this.docs.set(room, doc);
		return doc;
	}

	write(room: RoomName, field: string, value: unknown): void {
		this.doc(room).getMap('record').set(field, value);
	}

	record(room: RoomName): unknown {
		return this.doc(room).getMap('record').toJSON();
	}

	/** Sends all documents whole; how many the relay has saved. */
	async pushAll(): Promise<number> {
		let saved = 0;
		const items = [...this.docs].map(([room, doc]) => ({ room, update: Y.encodeStateAsUpdate(doc) }));
		const answer = await push(this.api, items, (results) => {
			for (const { result } of results) if (result.state === 'saved') saved++;
		});
		expect(answer.state).toBe('ok');
		return saved;
	}

	/** Fetches what is missing; the rooms that came. */
	async pull(
		known: Position | undefined,
		have = new Map<RoomName, number>()
	): Promise<{ end: PullEnd; rooms: RoomName[] }> {
		const rooms: RoomName[] = [];
		const answer = await pull(this.api, { known, have }, async (batch) => {
			for (const { room, seq, updates } of batch) {
				rooms.push(room);
				this.seqs.set(room, seq);
				for (const update of updates) Y.applyUpdate(this.doc(room), update);
			}
			await Promise.resolve();
		});
		if (answer.state !== 'ok') throw new Error(JSON.stringify(answer));
		return { end: answer.value, rooms };
	}

	async *snapshots(): AsyncGenerator<{ room: RoomName; snapshot: Uint8Array }> {
		for (const [room, doc] of this.docs) {
			await Promise.resolve();
			yield { room, snapshot: Y.encodeSnapshot(Y.snapshot(doc)) };
		}
	}

	content(room: RoomName): Promise<Uint8Array | undefined> {
		const doc = this.docs.get(room);
		return Promise.resolve(doc && Y.encodeStateAsUpdate(doc));
	}
}

const closed = async (name: string): Promise<Closed> => new Closed(await stage.api(name));

describe('what is closed travels without a socket', () => {
	it('22. hundreds of documents leave by push and reach another device by pull, then nothing more', async () => {
		const [alice, bob] = [await closed('alice'), await closed('bob')];
		const rooms = Array.from({ length: 700 }, () => stage.room());
		rooms.forEach((room, at) => alice.write(room, 'name', `Muster ${at} GmbH`));
		expect(await alice.pushAll()).toBe(700);
		const first = await bob.pull(undefined);
		expect(first.end.state).toBe('complete');
		expect(new Set(first.rooms)).toEqual(new Set(rooms));
		expect(rooms.map((room) => bob.record(room))).toEqual(rooms.map((room) => alice.record(room)));
		expect((await bob.pull(first.end.position)).rooms).toEqual([]);
		const [changed] = rooms;
		if (!changed) throw new Error('no rooms');
		alice.write(changed, 'number', '10017');
		await alice.pushAll();
		const second = await bob.pull(first.end.position);
		expect(second.rooms).toEqual([changed]);
		expect(bob.record(changed)).toEqual({ name: 'Muster 0 GmbH', number: '10017' });
	});

	it('22. what is pushed appears in a document that is open elsewhere', async () => {
		const room = stage.room();
		const his = (await stage.device('bob')).open(room);
		await until('bob has it open', () => his.is('saved'));
		const alice = await closed('alice');
		alice.write(room, 'name', 'Muster GmbH');
		expect(await alice.pushAll()).toBe(1);
		await until('bob sees it', () => his.record.get('name') === 'Muster GmbH');
	});

	it('20. without a session nothing is told but which workspace it is', async () => {
		const { fetch: own, base } = await stage.api('alice');
		const stranger: RelayApi = {
			base,
			fetch: (input, init) => {
				const headers = new Headers(init?.headers);
				headers.set('origin', base);
				return fetch(input, { ...init, headers });
			}
		};
		expect(await askWorkspace(stranger)).toMatchObject({
			state: 'ok',
			value: { workspace: stage.relay.workspace }
		});
		expect(await askDirectory(stranger)).toEqual({ state: 'refused', reason: 'noSession' });
		const pulled = await pull(stranger, { known: undefined, have: new Map() }, () => Promise.resolve());
		expect(pulled).toEqual({ state: 'refused', reason: 'noSession' });
		const known = await askDirectory({ base, ...(own ? { fetch: own } : {}) });
		expect(known).toMatchObject({ state: 'ok' });
		expect(known.state === 'ok' && known.value.members.some(({ name }) => name === 'alice')).toBe(true);
	});
});

describe('a log put back from a backup', () => {
	it('12. is noticed, and gets back from the device what it lost, deletions too', async () => {
		const [alice, bob] = [await closed('alice'), await closed('bob')];
		const rooms = [stage.room(), stage.room(), stage.room(), stage.room(), stage.room()] as const;
		const [same, kept, edited, deleted, made] = rooms;
		for (const room of [same, kept, edited, deleted]) alice.write(room, 'name', 'Muster GmbH');
		alice.write(deleted, 'number', '10017');
		await alice.pushAll();
		// Known to the relay as bob's before the backup: what alice brings back of it later is foreign.
		await bob.pull(undefined);
		bob.write(edited, 'remarks', 'by bob');
		await bob.pushAll();
		const backup = `${stage.dataDir}-backup`;
		await stage.restartRelay(() => cp(stage.dataDir, backup, { recursive: true }));

		bob.write(edited, 'remarks', 'by bob again');
		await bob.pushAll();
		await alice.pull(undefined);
		alice.write(edited, 'name', 'Muster AG');
		alice.doc(deleted).getMap('record').delete('number');
		alice.write(made, 'name', 'Neu GmbH');
		await alice.pushAll();
		const before = (await alice.pull(undefined)).end.position;

		await stage.restartRelay(async () => {
			await rm(stage.dataDir, { recursive: true });
			await cp(backup, stage.dataDir, { recursive: true });
			await rm(backup, { recursive: true });
		});
		const theirs = stage.room();
		const carol = await closed('carol');
		await carol.pull(undefined);
		carol.write(theirs, 'name', 'Carols GmbH');
		carol.write(kept, 'remarks', 'after the restore');
		await carol.pushAll();

		const lost = await alice.pull(before);
		expect(lost.end.state).toBe('diverged');
		expect(lost.rooms).toEqual([]);
		const healed = await heal(alice.api, alice, before);
		if (healed.state !== 'ok') throw new Error(JSON.stringify(healed));
		expect(new Set(healed.value.restored)).toEqual(new Set([edited, deleted, made]));
		expect(healed.value.pull).toEqual([kept]);
		expect(healed.value.refused).toEqual([]);
		const caughtUp = await alice.pull(undefined, healed.value.have);
		expect(caughtUp.end.state).toBe('complete');
		expect(caughtUp.rooms).toEqual(expect.arrayContaining([kept, theirs]));
		expect(caughtUp.rooms).not.toContain(same);
		expect(alice.record(edited)).toEqual({ name: 'Muster AG', remarks: 'by bob again' });
		expect(alice.record(kept)).toEqual({ name: 'Muster GmbH', remarks: 'after the restore' });

		const dave = await closed('dave');
		await dave.pull(undefined);
		for (const room of [...rooms, theirs]) expect(dave.record(room)).toEqual(alice.record(room));
		expect(dave.record(deleted)).toEqual({ name: 'Muster GmbH' });
		expect((await alice.pull(caughtUp.end.position)).rooms).toEqual([]);
	});

	it('12. a relay that merely starts again is the same log', async () => {
		const alice = await closed('alice');
		alice.write(stage.room(), 'name', 'Muster GmbH');
		await alice.pushAll();
		const { end } = await alice.pull(undefined);
		await stage.restartRelay();
		expect(await alice.pull(end.position)).toMatchObject({ end: { state: 'complete' }, rooms: [] });
	});
});

class MemoryRows implements FeedSink {
	here: Position | undefined;
	rows = new Map<string, Row>();

	position(): Promise<Position | undefined> {
		return Promise.resolve(this.here);
	}

	apply({ rows, gone, position, reset }: FeedStep): Promise<void> {
		if (reset) this.rows.clear();
		for (const id of gone) this.rows.delete(id);
		for (const row of rows) this.rows.set(row.id, row);
		this.here = position;
		return Promise.resolve();
	}

	names(): string[] {
		return [...this.rows.values()].flatMap((row) => (row.kind === 'party' ? [row.facts.name] : [])).sort();
	}
}

describe('the index', () => {
	it('26. rows of parties that somebody else makes come in pages, then live, and after a cut', async () => {
		const [alice, bob] = [await closed('alice'), await stage.device('bob', 'proxy')];
		const rooms = Array.from({ length: 5 }, () => stage.room());
		for (const [at, room] of rooms.slice(0, 3).entries()) alice.write(room, 'name', `P${at}`);
		for (const doc of alice.docs.values()) doc.getMap('record').set('kind', 'organisation');
		await alice.pushAll();
		await stage.relay.indexed();
		const rows = new MemoryRows();
		const feed = new IndexFeed(bob.link, await stage.api('bob'), rows);
		feed.start();
		await until('bob has the first three', () => rows.names().length === 3);
		expect(rows.names()).toEqual(['P0', 'P1', 'P2']);

		const write = async (at: number): Promise<void> => {
			const room = rooms[at];
			if (!room) throw new Error('no room');
			alice.write(room, 'kind', 'organisation');
			alice.write(room, 'name', `P${at}`);
			await alice.pushAll();
		};
		await write(3);
		await until('the fourth comes live', () => rows.names().includes('P3'));
		stage.proxy.isDown = true;
		stage.proxy.cut();
		await until('bob is offline', () => feed.state.current.state === 'waiting');
		await write(4);
		await stage.relay.indexed();
		stage.proxy.isDown = false;
		bob.link.kick();
		await until('the fifth comes after the cut', () => rows.names().includes('P4'));
		expect(feed.state.current).toEqual({ state: 'current' });
		feed.stop();
	});
});
