import { afterEach, describe, expect, it } from 'vitest';
import type { RoomName } from '#core/model/id.ts';
import type { Owner } from './names.ts';
import type { OutboxKey, OutboxRow } from './outbox-row.ts';
import { Outbox } from './outbox.ts';
import { alice, breakStorage, someRoom, until } from './storage.fixture.ts';
import { beginWriter, goneWriters } from './writers.ts';

const open: Outbox[] = [];
const outboxOf = (owner: Owner): Outbox => {
	const outbox = new Outbox(owner);
	open.push(outbox);
	return outbox;
};
const edit = (room: RoomName, writer: string, n: number, away = false): OutboxRow => ({
	room,
	writer,
	n,
	update: new Uint8Array([n]),
	at: n,
	away
});
const keysOf = (rows: OutboxRow[]): OutboxKey[] => rows.map((row) => [row.room, row.writer, row.n]);

describe('the outbox', () => {
	afterEach(async () => {
		for (const outbox of open.splice(0)) await outbox.close();
	});

	it('22. counts an edit at once and has it on the disk when its promise resolves', async () => {
		const owner = alice();
		const room = someRoom(owner);
		const outbox = outboxOf(owner);
		const stored = outbox.append(edit(room, 'w', 1));
		expect(outbox.waiting.current.total).toBe(1);
		await stored;
		const afterRestart = outboxOf(owner);
		await afterRestart.refresh();
		expect(afterRestart.waiting.current.rooms.get(room)).toBe(1);
		expect(await afterRestart.rowsOf(room)).toEqual([edit(room, 'w', 1)]);
	});

	it('25. shows another tab what waits, and that nothing waits any more', async () => {
		const owner = alice();
		const room = someRoom(owner);
		const [mine, theirs] = [outboxOf(owner), outboxOf(owner)];
		await mine.append(edit(room, 'w', 1));
		const { waiting } = theirs;
		await until(
			(changed) => waiting.observe(changed),
			() => waiting.current.total === 1,
			'the edit is seen'
		);
		await mine.settle([[room, 'w', 1]], undefined);
		await until(
			(changed) => waiting.observe(changed),
			() => waiting.current.total === 0,
			'the acknowledgement is seen'
		);
	});

	it('22. keeps an edit in memory while the disk is full, says so, and writes it when there is room', async () => {
		const owner = alice();
		const room = someRoom(owner);
		const outbox = outboxOf(owner);
		const { repair } = breakStorage((_call, method) => (method === 'put' ? 'QuotaExceededError' : undefined));
		try {
			await expect(outbox.append(edit(room, 'w', 1))).rejects.toMatchObject({ failure: 'quota' });
			expect(outbox.failure.current).toBe('quota');
			expect(outbox.waiting.current.total).toBe(1);
			expect(await outbox.rowsOf(room)).toHaveLength(1);
		} finally {
			repair();
		}
		await outbox.append(edit(room, 'w', 2));
		expect(outbox.failure.current).toBeUndefined();
		const afterRestart = outboxOf(owner);
		expect((await afterRestart.rowsOf(room)).map((row) => row.n)).toEqual([1, 2]);
	});

	it('25. an edit that the relay saved before the disk did leaves nothing behind', async () => {
		const owner = alice();
		const room = someRoom(owner);
		const outbox = outboxOf(owner);
		const stored = outbox.append(edit(room, 'w', 1));
		await outbox.settle([[room, 'w', 1]], { incarnation: 'i', seq: 4 });
		await stored;
		await outbox.refresh();
		expect(outbox.waiting.current.total).toBe(0);
		expect(await outbox.rowsOf(room)).toEqual([]);
	});

	it('19. keeps what was refused, with the reason, and does not offer it for sending', async () => {
		const owner = alice();
		const room = someRoom(owner);
		const outbox = outboxOf(owner);
		await outbox.append(edit(room, 'w', 1));
		await outbox.refuse([[room, 'w', 1]], 'notAllowed');
		expect(outbox.waiting.current).toMatchObject({ total: 0, refused: new Map([[room, 'notAllowed']]) });
		expect(await outbox.rowsAfter(undefined, 10)).toEqual([]);
		expect(await outbox.rowsOf(room)).toMatchObject([{ n: 1, refused: 'notAllowed' }]);
		await outbox.retryRefused(room);
		expect(await outbox.rowsAfter(undefined, 10)).toEqual([edit(room, 'w', 1)]);
	});

	it('22. hands the edits of a writer that is gone to the next one, and leaves those of a living one', async () => {
		const owner = alice();
		const room = someRoom(owner);
		const outbox = outboxOf(owner);
		const gone = await beginWriter(owner.member);
		const living = await beginWriter(owner.member);
		await outbox.append(edit(room, gone.id, 1));
		await outbox.append(edit(room, gone.id, 2));
		await outbox.append(edit(room, living.id, 1));
		await gone.release();
		const heir = await beginWriter(owner.member);
		expect(await outbox.inherit(room, await goneWriters(owner.member), heir.id)).toBe(2);
		expect(keysOf(await outbox.rowsOf(room)).sort()).toEqual(
			[
				[room, heir.id, 1],
				[room, heir.id, 2],
				[room, living.id, 1]
			].sort()
		);
		await living.release();
		await heir.release();
	});

	it('12. remembers the furthest position that came with an acknowledgement', async () => {
		const owner = alice();
		const room = someRoom(owner);
		const outbox = outboxOf(owner);
		await outbox.append(edit(room, 'w', 1));
		await outbox.settle([[room, 'w', 1]], { incarnation: 'i', seq: 9 });
		await outbox.see({ incarnation: 'i', seq: 7 });
		expect(await outbox.seen()).toEqual({ incarnation: 'i', seq: 9 });
		await outbox.see({ incarnation: 'k', seq: 2 }, true);
		expect(await outbox.seen()).toEqual({ incarnation: 'k', seq: 2 });
	});

	it('remembers which rooms went out after a time without contact, for the receipt', async () => {
		const owner = alice();
		const [first, second] = [someRoom(owner), someRoom(owner)];
		const outbox = outboxOf(owner);
		await outbox.append(edit(first, 'w', 5));
		await outbox.markAway();
		await outbox.append(edit(second, 'w', 6));
		expect(await outbox.isAwayWaiting()).toBe(true);
		await outbox.settle(
			[
				[first, 'w', 5],
				[second, 'w', 6]
			],
			undefined
		);
		expect(await outbox.isAwayWaiting()).toBe(false);
		expect(await outbox.delivered()).toEqual([{ room: first, since: 5 }]);
		await outbox.forgetDelivered([first]);
		expect(await outbox.delivered()).toEqual([]);
	});

	it('25. a look at the disk that began before an acknowledgement does not bring the edit back', async () => {
		const owner = alice();
		const room = someRoom(owner);
		const outbox = outboxOf(owner);
		await outbox.append(edit(room, 'w', 1));
		const looking = outbox.refresh();
		await outbox.settle([[room, 'w', 1]], undefined);
		await looking;
		expect(outbox.waiting.current.total).toBe(0);
	});

	it('remembers the first edit of a room for the receipt, however its edits are acknowledged', async () => {
		const owner = alice();
		const room = someRoom(owner);
		const outbox = outboxOf(owner);
		for (const n of [3, 4]) await outbox.append(edit(room, 'w', n, true));
		await outbox.settle([[room, 'w', 3]], undefined);
		await outbox.settle([[room, 'w', 4]], undefined);
		expect(await outbox.delivered()).toEqual([{ room, since: 3 }]);
	});

	it('takes 10,000 edits of an import in a few transactions', async () => {
		const owner = alice();
		const outbox = outboxOf(owner);
		await outbox.appendAll(Array.from({ length: 10_000 }, (_, n) => edit(someRoom(owner), '', n)));
		expect(outbox.waiting.current.total).toBe(10_000);
	});

	it('C. loses no edit whichever IndexedDB call fails', async () => {
		/** Three edits, one acknowledged, a look at the disk; the k-th call fails. Returns how many calls there were. */
		const workWith = async (outbox: Outbox, room: RoomName, k: number): Promise<number> => {
			const broken = breakStorage((call) => (call === k ? 'UnknownError' : undefined));
			try {
				await Promise.allSettled([1, 2, 3].map((n) => outbox.append(edit(room, 'w', n))));
				await Promise.allSettled([outbox.settle([[room, 'w', 1]], undefined)]);
				await outbox.refresh();
				return broken.calls();
			} finally {
				broken.repair();
			}
		};
		const owner = alice();
		const calls = await workWith(outboxOf(owner), someRoom(owner), 0);
		expect(calls).toBeGreaterThan(5);
		for (let k = 1; k <= calls; k++) {
			const room = someRoom(owner);
			const outbox = new Outbox(owner);
			await workWith(outbox, room, k);
			// The next edit takes along what could not be written.
			await outbox.append(edit(room, 'w', 4));
			await outbox.close();
			const kept = (await outboxOf(owner).rowsOf(room)).map((row) => row.n);
			expect(kept, `call ${k} failed`).toEqual(expect.arrayContaining([2, 3, 4]));
		}
	});
});
