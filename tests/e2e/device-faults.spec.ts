import { expect, test } from './story.ts';

test('24. a corrupt row in the document database is recovered from, in words, with everything that was saved', async ({
	join
}) => {
	const alice = await join('Alice Ahrens');
	const url = await alice.createParty('Muster GmbH');
	await alice.fillField('Industry', 'Maschinenbau');
	await expect(alice.syncState).toHaveAccessibleName('Sync state: saved');
	await alice.readyOffline();
	await alice.page.goto(url);
	await expect(alice.field('Industry')).toHaveValue('Maschinenbau');
	await alice.goOffline();
	await alice.fillField('Remarks', 'offline geschrieben');
	const spoiled = await alice.page.evaluate(async () => {
		const open = (name: string): Promise<IDBDatabase> =>
			new Promise((resolve, reject) => {
				const request = indexedDB.open(name);
				request.onsuccess = () => resolve(request.result);
				request.onerror = () => reject(request.error ?? new Error(name));
			});
		let count = 0;
		for (const { name = '' } of await indexedDB.databases()) {
			const db = await open(name);
			// y-indexeddb's own store of updates, one database per document.
			if (db.objectStoreNames.contains('updates') && db.objectStoreNames.contains('custom')) {
				const transaction = db.transaction('updates', 'readwrite');
				transaction.objectStore('updates').add(new Uint8Array([255, 255, 255, 255, 1, 2, 3]));
				await new Promise((resolve) => (transaction.oncomplete = resolve));
				count++;
			}
			db.close();
		}
		return count;
	});
	expect(spoiled).toBeGreaterThan(0);
	await alice.page.reload();
	await expect(alice.field('Industry')).toHaveValue('Maschinenbau', { timeout: 20_000 });
	await expect(alice.field('Remarks')).toHaveValue('offline geschrieben');
	await expect(alice.page.getByText(/was damaged and has been rebuilt/)).toBeVisible();
	await alice.goOnline();
	await expect(alice.syncState).toHaveAccessibleName('Sync state: saved', { timeout: 40_000 });
});

test('28. when the browser has no space left the screen says so, typing goes on, and the server gets it', async ({
	join
}) => {
	const alice = await join('Alice Ahrens');
	const url = await alice.createParty('Muster GmbH');
	await expect(alice.syncState).toHaveAccessibleName('Sync state: saved');
	await alice.readyOffline();
	// A running browser remembers for a while how much space there was.
	await alice.quitBrowser();
	await alice.startBrowser();
	const devtools = await alice.context.newCDPSession(alice.page);
	const { origin } = new URL(url);
	await devtools.send('Storage.overrideQuotaForOrigin', { origin, quotaSize: 1 });
	await alice.context.setOffline(true);
	await alice.page.goto(url);
	await expect(alice.field('Industry')).toBeVisible();
	for (let i = 0; i < 3; i++) await alice.fillField('Remarks', `${i} ${'Platz '.repeat(20_000)}`);
	await alice.fillField('Industry', 'Maschinenbau');
	await expect(alice.syncState).toHaveAccessibleName(/could not be saved/);
	await alice.syncState.click();
	await expect(alice.page.getByText('The browser’s storage space is full.').first()).toBeVisible();
	await alice.page.keyboard.press('Escape');
	await expect(alice.field('Industry')).toHaveValue('Maschinenbau');
	await alice.goOnline();
	const bob = await join('Bob Brandt');
	await bob.page.goto(url);
	await expect(bob.field('Industry')).toHaveValue('Maschinenbau', { timeout: 40_000 });
	await devtools.send('Storage.overrideQuotaForOrigin', { origin });
	await alice.fillField('Number', 'K-1');
	await expect(alice.syncState).toHaveAccessibleName('Sync state: saved', { timeout: 40_000 });
});
