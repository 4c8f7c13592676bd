import { expect, test } from './story.ts';
import { Wire } from './wire.ts';

test('25. while acknowledgements are held back the screen never says saved', async ({ join }) => {
	const alice = await join('Alice Ahrens');
	await alice.createParty('Muster GmbH');
	await expect(alice.syncState).toHaveAccessibleName('Sync state: saved');
	const wire = new Wire();
	await wire.tap(alice.context);
	await alice.page.reload();
	await expect(alice.field('Industry')).toBeVisible();
	await expect(alice.syncState).toHaveAccessibleName('Sync state: saved');

	wire.holds = (frame) => frame.kind === 'ack';
	const said = await alice.page.evaluateHandle(() => {
		const words: string[] = [];
		const read = (): void => {
			for (const button of document.querySelectorAll('button[aria-label^="Sync state"]'))
				words.push(button.getAttribute('aria-label') ?? '');
		};
		new MutationObserver(read).observe(document.body, {
			subtree: true,
			childList: true,
			attributes: true,
			characterData: true
		});
		return words;
	});
	await alice.fillField('Industry', 'Maschinenbau');
	await expect(alice.syncState).toHaveAccessibleName(/on this device/);
	await expect.poll(() => wire.held).toBeGreaterThan(0);
	await alice.fillField('Remarks', 'Parkplatz im Hof');
	await expect(
		alice.page.getByRole('main').getByRole('button', { name: /^Sync state/ })
	).toHaveAccessibleName(/on this device/);
	const words = await said.evaluate((all) => all);
	const sinceFirst = words.slice(words.findIndex((word) => word.includes('on this device')));
	expect(sinceFirst.length).toBeGreaterThan(0);
	expect(sinceFirst.filter((word) => word.includes('saved'))).toEqual([]);
	wire.release();
	await expect(alice.syncState).toHaveAccessibleName('Sync state: saved');
});

test('10. a full disk of the relay is told in words, nothing is lost, and it heals by itself', async ({
	join,
	relay
}) => {
	test.setTimeout(150_000);
	const alice = await join('Alice Ahrens');
	const url = await alice.createParty('Muster GmbH');
	await expect(alice.syncState).toHaveAccessibleName('Sync state: saved');
	await relay.restart('stop', {}, ['tests/e2e/full-disk-relay.ts', '70']);
	await expect(alice.syncState).toHaveAccessibleName('Sync state: saved', { timeout: 60_000 });
	for (let i = 0; i < 6; i++) await alice.fillField('Remarks', `${i} ${'x'.repeat(60_000)}`);
	await alice.fillField('Industry', 'Maschinenbau');
	await expect(alice.syncState).not.toHaveAccessibleName(/: saved/, { timeout: 30_000 });
	await alice.syncState.click();
	await expect(alice.page.getByText('The disk of the server is full.').first()).toBeVisible({
		timeout: 30_000
	});
	await relay.restart('kill');
	await expect(alice.syncState).toHaveAccessibleName('Sync state: saved', { timeout: 60_000 });
	const bob = await join('Bob Brandt');
	await bob.page.goto(url);
	await expect(bob.field('Industry')).toHaveValue('Maschinenbau');
});

test('2. a server that accepts and never answers is offline in words, and the app starts all the same', async ({
	join
}) => {
	const alice = await join('Alice Ahrens');
	const url = await alice.createParty('Muster GmbH');
	await alice.readyOffline();
	await alice.context.routeWebSocket(/\/sync$/, () => undefined);
	await alice.context.route(/\/api\//, () => undefined);
	await alice.page.goto(url);
	await expect(alice.field('Industry')).toBeVisible();
	await alice.fillField('Industry', 'Maschinenbau');
	await expect(alice.syncState).toHaveAccessibleName(/offline, \d+ changes? waiting/, { timeout: 45_000 });
});

test('4. the relay is killed while two people write, and both end with everything', async ({
	join,
	relay
}) => {
	const alice = await join('Alice Ahrens');
	const url = await alice.createParty('Muster GmbH');
	const bob = await join('Bob Brandt');
	await bob.page.goto(url);
	await expect(bob.field('Industry')).toBeVisible();
	await alice.writeNote('Eins.');
	await relay.kill();
	await bob.fillField('Industry', 'Maschinenbau');
	await alice.page.keyboard.type(' Zwei.');
	await expect(bob.syncState).toHaveAccessibleName(/offline, \d+ changes? waiting/);
	await relay.start();
	await expect(bob.timeline).toContainText('Eins. Zwei.', { timeout: 40_000 });
	await expect(alice.field('Industry')).toHaveValue('Maschinenbau');
	await expect(alice.syncState).toHaveAccessibleName('Sync state: saved');
	await expect(bob.syncState).toHaveAccessibleName('Sync state: saved');
});
