import { expect, test } from './story.ts';

test('22. two people write one party, one of them offline and started anew, and nothing is lost', async ({
	join
}) => {
	const alice = await join('Alice Ahrens');
	const bob = await join('Bob Brandt');

	await test.step('they find each other through the index feed alone', async () => {
		await alice.createParty('Muster GmbH');
		await bob.page.getByRole('link', { name: /Muster GmbH/ }).click();
		await expect(bob.page.getByRole('heading', { level: 1, name: 'Muster GmbH' })).toBeVisible();
		await expect(alice.page.getByRole('list', { name: 'Here now' })).toContainText('BB');
	});
	const url = bob.page.url();

	await test.step('live text and named cursors in one note', async () => {
		await alice.writeNote('Besuch am Montag.');
		await expect(bob.timeline).toContainText('Besuch am Montag.');
		await bob.appendToNote('Besuch am Montag.', ' Bob kommt mit.');
		await expect(alice.noteEditor).toHaveText('Besuch am Montag. Bob kommt mit.');
		await expect(alice.page.locator('.note-frame').getByText('Bob Brandt')).toBeVisible();
		await expect(bob.timeline).toContainText('Alice Ahrens');
		await expect(bob.page.locator('.note-frame').getByText('Alice Ahrens')).toBeVisible();
	});

	await test.step('Bob loses the network; both go on', async () => {
		await bob.readyOffline();
		await bob.page.goto(url);
		await expect(bob.field('Industry')).toBeVisible();
		await bob.goOffline();
		await bob.fillField('Industry', 'Werkzeugbau');
		await bob.appendToNote('Bob kommt mit.', ' Unterwegs ergänzt.');
		await expect(bob.syncState).toHaveAccessibleName(/offline, \d+ changes? waiting/);
		await alice.fillField('Industry', 'Maschinenbau');
		await alice.appendToNote('Bob kommt mit.', ' Im Büro ergänzt.');
		await expect(alice.syncState).toHaveAccessibleName(/saved/);
	});

	await test.step('his browser is closed and starts again offline on the deep link', async () => {
		await bob.quitBrowser();
		await bob.startBrowser();
		await bob.context.setOffline(true);
		await bob.page.goto(url);
		await expect(bob.field('Industry')).toHaveValue('Werkzeugbau');
		await expect(bob.timeline).toContainText('Unterwegs ergänzt.');
		await bob.fillField('Remarks', 'Parkplatz im Hof');
		await expect(bob.syncState).toHaveAccessibleName(/offline, \d+ changes? waiting/);
	});

	await test.step('back in contact both show everything, and both values of the field', async () => {
		await bob.goOnline();
		for (const { page, timeline, field } of [alice, bob].map((one) => ({
			page: one.page,
			timeline: one.timeline,
			field: one.field('Remarks')
		}))) {
			await expect(timeline).toContainText('Unterwegs ergänzt.');
			await expect(timeline).toContainText('Im Büro ergänzt.');
			await expect(field).toHaveValue('Parkplatz im Hof');
			const conflict = page.getByRole('group', { name: /Two versions: Industry/ }).first();
			await expect(conflict).toContainText('Werkzeugbau');
			await expect(conflict).toContainText('Maschinenbau');
		}
		await expect(bob.syncState).toHaveAccessibleName(/saved/);
	});

	await test.step('the receipt tells it, and one tap settles it for both', async () => {
		await bob.page
			.getByRole('link', { name: /Receipts/ })
			.first()
			.click();
		const receipt = bob.page.getByRole('article').first();
		await expect(receipt).toContainText('Muster GmbH');
		await expect(receipt).toContainText('Maschinenbau');
		await receipt
			.getByRole('listitem')
			.filter({ hasText: 'Maschinenbau' })
			.getByRole('button', { name: /Take this one/ })
			.first()
			.click();
		await expect(alice.page.getByRole('group', { name: /Two versions/ })).toHaveCount(0);
		await expect(alice.field('Industry')).toHaveValue('Maschinenbau');
	});
});
