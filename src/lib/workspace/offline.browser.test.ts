import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { newId, type ImportId, type MemberId, type PartyId } from '#core/model/id.ts';
import { partyRoom } from '#core/protocol/room.ts';
import { Database } from '../storage/database.ts';
import { documentDatabase, outboxName } from '../storage/names.ts';
import { breakStorage, until } from '../storage/storage.fixture.ts';
import { becomeAlice, openedParty, openOffline, openTab, type Tab } from './tab.fixture.ts';
import type { WorkspaceSession } from './workspace.ts';

let me: MemberId;
const sessions: WorkspaceSession[] = [];
const tabs: Tab[] = [];
const start = async (): Promise<WorkspaceSession> => {
	const session = await openOffline();
	sessions.push(session);
	return session;
};
const startTab = async (): Promise<Tab> => {
	const tab = await openTab();
	tabs.push(tab);
	return tab;
};
const muster = (session: WorkspaceSession): Promise<PartyId> =>
	session.createParty({ kind: 'organisation', name: 'Muster GmbH' });
/** Edits on the disk, over all tabs. */
async function outboxRows(session: WorkspaceSession): Promise<number> {
	const name = outboxName({ member: session.me.member, workspace: session.workspace });
	const db = await new Promise<IDBDatabase>((resolve, reject) => {
		const request = indexedDB.open(name);
		request.onsuccess = () => resolve(request.result);
		request.onerror = () => reject(request.error ?? new Error(name));
	});
	const count = db.transaction('rows').objectStore('rows').count();
	await new Promise((resolve) => (count.onsuccess = resolve));
	db.close();
	return count.result;
}
const see = (session: WorkspaceSession, party: PartyId, name: string): Promise<void> =>
	until(
		(changed) => session.parties.observeParty(party, changed),
		() => session.parties.get(party)?.facts.name === name,
		`the row says ${name}`
	);

beforeEach(async () => {
	me = (await becomeAlice()).member;
});
afterEach(async () => {
	for (const tab of tabs.splice(0)) tab.kill();
	for (const session of sessions.splice(0)) await session.close();
});

describe('a workspace without a network', () => {
	it('22. starts from the disk: what was made before is listed and opens', async () => {
		const before = await start();
		const party = await muster(before);
		await before.close();
		sessions.splice(0);
		const session = await start();
		expect(session.parties.get(party)?.facts.name).toBe('Muster GmbH');
		expect(session.sync.current).toMatchObject({ waiting: 1 });
		const opened = await openedParty(session, party);
		expect(opened.document.record.name).toBe('Muster GmbH');
		await opened.close();
	});

	it('25. never says saved, and counts what waits', async () => {
		const session = await start();
		const party = await muster(session);
		await until(
			(changed) => session.sync.observe(changed),
			() => session.sync.current.state === 'offline',
			'offline'
		);
		expect(session.sync.current).toMatchObject({ state: 'offline', waiting: 1 });
		const opened = await openedParty(session, party);
		expect(opened.state.current).toMatchObject({ state: 'offline', waiting: 1 });
		// Written in one go with what the document took over when it was opened: one change, as a person counts.
		opened.document.addCall({ direction: 'out', content: 'Angebot' }, me, 5);
		expect(opened.state.current).toMatchObject({ state: 'offline', waiting: 1 });
		const other = await muster(session);
		expect(session.parties.get(other)).toBeDefined();
		expect(session.sync.current).toMatchObject({ state: 'offline', waiting: 2 });
		await opened.close();
	});

	it('says so of a party that this device never saw', async () => {
		const session = await start();
		expect(await session.openParty(newId<PartyId>())).toEqual({ state: 'notOnDevice' });
	});

	it('1. opens 50 documents at once and no more', async () => {
		const session = await start();
		const parties = await Promise.all(Array.from({ length: 51 }, () => muster(session)));
		const last = parties.pop() as PartyId;
		const opened = await Promise.all(parties.map((party) => openedParty(session, party)));
		expect(await session.openParty(last)).toEqual({ state: 'tooManyOpen' });
		await opened[0]?.close();
		expect(await session.openParty(last)).toMatchObject({ state: 'open' });
	});

	it('a document that two parts of the screen show is the same, until the last one closes', async () => {
		const session = await start();
		const party = await muster(session);
		const [first, second] = [await openedParty(session, party), await openedParty(session, party)];
		expect(first.document).toBe(second.document);
		await first.close();
		await first.close();
		second.editField('record/number', 'K-1');
		await second.close();
		const again = await openedParty(session, party);
		expect(again.document.record.number).toBe('K-1');
		expect(again.document.changesOf('record/number')).toHaveLength(1);
	});

	it('writes one change for an edit however many keystrokes it has', async () => {
		const session = await start();
		const opened = await openedParty(session, await muster(session));
		for (const text of ['B', 'Ba', 'Bau']) expect(opened.editField('record/industry', text)).toBe(true);
		expect(opened.document.changesOf('record/industry')).toEqual([]);
		opened.leaveField('record/industry');
		expect(opened.document.changesOf('record/industry')).toMatchObject([{ from: null, to: 'Bau', by: me }]);
		expect(opened.editField('persons/none/function', 'x')).toBe(false);
	});
});

describe('several tabs without a network', () => {
	it('26. show each other what they made', async () => {
		const session = await start();
		const tab = await startTab();
		const party = await muster(tab.session);
		await see(session, party, 'Muster GmbH');
	});

	it.each([
		[0, 1, 2],
		[0, 2, 1],
		[1, 0, 2],
		[1, 2, 0],
		[2, 0, 1],
		[2, 1, 0]
	])('C. three of them on one document lose nothing, closed in the order %i, %i, %i', async (...order) => {
		const maker = await start();
		const party = await muster(maker);
		const three = [await startTab(), await startTab(), await startTab()];
		const opened = await Promise.all(three.map((tab) => openedParty(tab.session, party)));
		for (const [at, one] of opened.entries())
			one.document.addCall({ direction: 'out', content: `Tab ${at}` }, me, at + 1);
		for (const at of order) {
			await opened[at]?.close();
			await three[at]?.session.close();
			three[at]?.kill();
		}
		const again = await openedParty(maker, party);
		const calls = again.document.entries.list().map((entry) => (entry.kind === 'call' ? entry.content : ''));
		expect(calls.sort()).toEqual(['Tab 0', 'Tab 1', 'Tab 2']);
	});

	it('C. a tab that is killed in mid-edit loses nothing that was on the device, and its edit gets its change', async () => {
		const session = await start();
		const party = await muster(session);
		const tab = await startTab();
		const theirs = await openedParty(tab.session, party);
		theirs.editField('record/industry', 'Bau');
		await expect.poll(() => outboxRows(session), { message: 'the other tab has it on the disk' }).toBe(2);
		tab.kill();
		const opened = await openedParty(session, party);
		expect(opened.document.record.industry).toBe('Bau');
		expect(opened.document.changesOf('record/industry')).toMatchObject([{ from: null, to: 'Bau', by: me }]);
	});
});

describe('storage that fails', () => {
	const firstRow = (session: WorkspaceSession, party: PartyId): string =>
		documentDatabase(session.me.member, partyRoom(session.workspace, party), 0);

	it('24. a corrupt row of y-indexeddb: the document opens with everything, and says that it was recovered', async () => {
		const session = await start();
		const party = await muster(session);
		const opened = await openedParty(session, party);
		opened.document.addCall({ direction: 'out', content: 'Angebot' }, me, 5);
		await opened.close();
		const db = new Database(firstRow(session, party), 1, () => undefined);
		await db.transact(['updates'], 'readwrite', (transaction) => {
			transaction.objectStore('updates').add(new Uint8Array([200, 3, 99, 250, 1]));
		});
		await db.close();
		const again = await openedParty(session, party);
		expect(again.document.entries.list()).toHaveLength(1);
		expect(again.notices.current).toEqual([{ kind: 'recovered' }]);
		again.document.addCall({ direction: 'out', content: 'danach' }, me, 6);
		await again.close();
		expect((await openedParty(session, party)).document.entries.list()).toHaveLength(2);
	});

	it('28. a full disk: typing goes on, the screen says that it is not on the device, and then that it is', async () => {
		const session = await start();
		const party = await muster(session);
		const opened = await openedParty(session, party);
		// y-indexeddb has no error handling: its own writes are spared, ours fail.
		const { repair } = breakStorage((_call, method, store) =>
			method === 'put' && store === 'rows' ? 'QuotaExceededError' : undefined
		);
		try {
			opened.editField('record/industry', 'Bau');
			await until(
				(changed) => session.sync.observe(changed),
				() => session.sync.current.state === 'storageFailed',
				'told'
			);
			expect(session.sync.current).toMatchObject({ state: 'storageFailed', failure: 'quota' });
			expect(opened.state.current).toEqual({ state: 'storageFailed', failure: 'quota' });
			expect(opened.document.record.industry).toBe('Bau');
		} finally {
			repair();
		}
		opened.leaveField('record/industry');
		await until(
			(changed) => session.sync.observe(changed),
			() => session.sync.current.state !== 'storageFailed',
			'told that it is on the device'
		);
		await opened.close();
	});
});

describe('storage that fails once', () => {
	/** Makes a party, opens it, writes in it and closes; the k-th call of IndexedDB fails. Returns party and calls. */
	const workWith = async (k: number): Promise<{ party: PartyId; calls: number }> => {
		const session = await start();
		// y-indexeddb's own stores are spared: it has no error handling, and nothing relies on it.
		let ours = 0;
		const broken = breakStorage((_call, _method, store) => {
			if (store === 'updates' || store === 'custom') return undefined;
			return ++ours === k ? 'UnknownError' : undefined;
		});
		try {
			const party = await muster(session);
			const opened = await openedParty(session, party);
			opened.editField('record/industry', 'Bau');
			opened.leaveField('record/industry');
			opened.document.addCall({ direction: 'out', content: 'Angebot' }, me, 5);
			await opened.close();
			return { party, calls: ours };
		} finally {
			broken.repair();
			sessions.splice(sessions.indexOf(session), 1);
			await session.close();
		}
	};

	it('C. loses nothing, whichever call it is', async () => {
		const { calls } = await workWith(0);
		expect(calls).toBeGreaterThan(20);
		for (let k = 1; k <= calls; k++) {
			const { party } = await workWith(k);
			const session = await start();
			const opened = await openedParty(session, party);
			expect(opened.document.record, `call ${k} failed`).toMatchObject({
				name: 'Muster GmbH',
				industry: 'Bau'
			});
			expect(opened.document.entries.list(), `call ${k} failed`).toHaveLength(1);
			expect(session.parties.get(party)?.facts.name, `call ${k} failed`).toBe('Muster GmbH');
			await opened.close();
			sessions.splice(sessions.indexOf(session), 1);
			await session.close();
		}
	});
});

describe('an import without a network', () => {
	it('puts parties on the device in bulk, that open offline, and takes them back', async () => {
		const session = await start();
		const importId = newId<ImportId>();
		const parties = Array.from({ length: 300 }, (_, at) => ({
			party: newId<PartyId>(),
			draft: { kind: 'organisation' as const, name: `Muster ${at} GmbH` }
		}));
		await session.importTarget.writeMany(parties, importId);
		expect(session.parties.current).toHaveLength(300);
		expect(session.parties.current.every((row) => row.facts.importId === importId)).toBe(true);
		const [first, second] = parties.map(({ party }) => party) as [PartyId, PartyId];
		const opened = await openedParty(session, second);
		expect(await session.importTarget.removeMany([first, second, newId<PartyId>()])).toBe(2);
		await opened.close();
		await until(
			(changed) => session.parties.observe(changed),
			() => session.parties.current.length === 298,
			'two are gone'
		);
	});

	it('C. is all or nothing when the disk is full', async () => {
		const session = await start();
		const { repair } = breakStorage((call, method) =>
			method === 'put' && call > 20 ? 'QuotaExceededError' : undefined
		);
		const parties = Array.from({ length: 50 }, () => ({
			party: newId<PartyId>(),
			draft: { kind: 'organisation' as const, name: 'Muster' }
		}));
		try {
			const writing = session.importTarget.writeMany(parties, newId<ImportId>());
			await expect(writing).rejects.toMatchObject({ failure: 'quota' });
		} finally {
			repair();
		}
		await session.close();
		sessions.splice(0);
		const again = await start();
		expect(again.parties.current).toEqual([]);
		expect(again.sync.current).toMatchObject({ waiting: 0 });
	});
});
