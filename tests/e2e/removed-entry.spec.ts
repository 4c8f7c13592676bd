import { expect, test } from './story.ts';

test('a note that a colleague removes while I write stays on the screen with its text, and can be brought back', async ({
	join
}) => {
	const alice = await join('Alice Ahrens');
	const bob = await join('Bob Brandt');
	await alice.createParty('Muster GmbH');
	await bob.page.getByRole('link', { name: /Muster GmbH/ }).click();
	await alice.writeNote('Besuch am Montag.');
	await expect(bob.timeline).toContainText('Besuch am Montag.');

	await bob.page.getByRole('button', { name: /^More for: Note/ }).click();
	await bob.page.getByRole('menuitem', { name: 'Remove' }).click();
	await expect(bob.timeline).not.toContainText('Besuch am Montag.');
	await expect(alice.page.getByRole('alert')).toContainText('Bob Brandt removed this entry');
	await expect(alice.timeline).toContainText('Besuch am Montag.');

	await alice.context.grantPermissions(['clipboard-read', 'clipboard-write']);
	await alice.page.getByRole('button', { name: 'Copy text' }).click();
	await expect
		.poll(() => alice.page.evaluate(() => navigator.clipboard.readText()))
		.toContain('Besuch am Montag.');
	await alice.timeline.getByRole('button', { name: 'Restore' }).click();
	await expect(alice.noteEditor).toContainText('Besuch am Montag.');
	await expect(bob.timeline).toContainText('Besuch am Montag.');
});
