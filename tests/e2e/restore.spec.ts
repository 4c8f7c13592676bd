import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join as joinPath } from 'node:path';
import { expect, test } from './story.ts';

test('12. an older database is put back: the devices notice, and what it lacks comes back from them', async ({
	join,
	relay
}) => {
	test.setTimeout(150_000);
	const alice = await join('Alice Ahrens');
	const bob = await join('Bob Brandt');
	const url = await alice.createParty('Muster GmbH');
	await alice.fillField('Industry', 'Maschinenbau');
	await expect(alice.syncState).toHaveAccessibleName('Sync state: saved');
	const backup = await mkdtemp(joinPath(tmpdir(), 'rapport-backup-'));
	await relay.stop();
	await cp(relay.dataDir, backup, { recursive: true });
	await relay.start();

	await expect(alice.syncState).toHaveAccessibleName('Sync state: saved', { timeout: 40_000 });
	await alice.fillField('Remarks', 'Parkplatz im Hof');
	await alice.openList();
	const second = await alice.createParty('Später GmbH');
	await alice.writeNote('Nach der Sicherung geschrieben.');
	await expect(alice.syncState).toHaveAccessibleName('Sync state: saved');
	await expect(bob.syncState).toHaveAccessibleName('Sync state: saved', { timeout: 40_000 });
	await bob.page.goto(second);
	await expect(bob.timeline).toContainText('Nach der Sicherung geschrieben.');
	await bob.page.goto(url);
	await expect(bob.field('Remarks')).toHaveValue('Parkplatz im Hof');
	await alice.quitBrowser();

	await relay.stop();
	await rm(relay.dataDir, { recursive: true });
	await cp(backup, relay.dataDir, { recursive: true });
	await relay.start();
	await rm(backup, { recursive: true });

	// Bob's device alone knows what Alice wrote since; he vouches for it.
	await expect(bob.syncState).toHaveAccessibleName('Sync state: saved', { timeout: 60_000 });
	await expect(bob.page.getByText(/older state|put back|restored/i).first()).toBeVisible({ timeout: 40_000 });
	const carla = await join('Carla Conrad');
	await expect(carla.page.getByRole('link', { name: /Später GmbH/ })).toBeVisible({ timeout: 40_000 });
	await carla.page.goto(url);
	await expect(carla.field('Remarks')).toHaveValue('Parkplatz im Hof');
	await expect(carla.field('Industry')).toHaveValue('Maschinenbau');
	await carla.page.goto(second);
	await expect(carla.timeline).toContainText('Nach der Sicherung geschrieben.');
	await test.step('and the author goes on as if nothing had happened', async () => {
		await alice.startBrowser();
		await alice.page.goto(second);
		await expect(alice.syncState).toHaveAccessibleName('Sync state: saved', { timeout: 60_000 });
		await alice.fillField('Industry', 'Werkzeugbau');
		await expect(carla.field('Industry')).toHaveValue('Werkzeugbau');
	});
});
