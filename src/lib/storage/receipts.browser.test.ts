import { describe, expect, it } from 'vitest';
import { newId, type ChangeId } from '#core/model/id.ts';
import { ReceiptStore } from './receipts.ts';
import { PendingEdits } from './pending-edits.ts';
import { DeviceMeta } from './meta.ts';
import { alice, someRoom } from './storage.fixture.ts';

describe('past receipts', () => {
	it('are kept, the newest 100 of them, newest first', async () => {
		const store = new ReceiptStore<{ id: string; until: number }>(crypto.randomUUID());
		for (let until = 0; until < 105; until++) await store.put({ id: `r${until}`, until });
		const kept = (await store.all()).map((receipt) => receipt.until);
		expect(kept).toHaveLength(100);
		expect(kept[0]).toBe(104);
		expect(kept.at(-1)).toBe(5);
		await store.close();
	});
});

describe('edits that are not finished', () => {
	it('C. are there at the next start, those of this member alone, and gone when finished', () => {
		const owner = alice();
		const room = someRoom(owner);
		const edits = new PendingEdits(owner);
		const field = 'record/name';
		const edit = { field, from: 'Muster', bases: [newId<ChangeId>()], by: owner.member, at: 5 };
		expect(edits.keep({ writer: 'w', room, edit })).toBe(true);
		expect(new PendingEdits(owner).all()).toEqual([{ writer: 'w', room, edit }]);
		expect(new PendingEdits(alice()).all()).toEqual([]);
		edits.forget('w', room, field);
		expect(edits.all()).toEqual([]);
	});

	it('a value under our key that is not ours is left alone', () => {
		const owner = alice();
		const key = `rapport-edit:${owner.member}:${owner.workspace}:x`;
		localStorage.setItem(key, '{"writer":1}');
		expect(new PendingEdits(owner).all()).toEqual([]);
		localStorage.setItem(key, 'not json');
		expect(new PendingEdits(owner).all()).toEqual([]);
		localStorage.removeItem(key);
	});
});

describe('what the device knows of itself', () => {
	it('is read back, also when the database was lost and only the mirror is left', async () => {
		const identity = { ...alice(), name: 'Alice', secret: 's3cret' };
		const meta = new DeviceMeta();
		await meta.setIdentity(identity);
		expect(await meta.identity()).toEqual(identity);
		await meta.close();
		indexedDB.deleteDatabase('rapport-device');
		expect(await meta.identity()).toEqual(identity);
		await meta.leave();
		await meta.close();
	});

	it('is left and found again by its workspace, secret and all', async () => {
		const identity = { ...alice(), name: 'Alice', secret: 's3cret' };
		const meta = new DeviceMeta();
		await meta.setIdentity(identity);
		await meta.leave();
		expect(await meta.identity()).toBeUndefined();
		expect(await meta.identityIn(identity.workspace)).toEqual(identity);
		await meta.close();
	});
});
