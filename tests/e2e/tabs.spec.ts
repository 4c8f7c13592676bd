import type { Page } from '@playwright/test';
import { expect, test } from './story.ts';

const industry = (page: Page) => page.getByRole('textbox', { name: 'Industry', exact: true });
const fill = async (page: Page, label: string, value: string): Promise<void> => {
	await page.getByRole('textbox', { name: label, exact: true }).fill(value);
	await page.keyboard.press('Tab');
};
const syncState = (page: Page) => page.getByRole('banner').getByRole('button', { name: /^Sync state/ });

for (const order of [
	[0, 1, 2],
	[2, 0, 1],
	[1, 2, 0]
]) {
	test(`23. three tabs offline on one party, closed in the order ${order.join(', ')}: nothing is lost`, async ({
		join
	}) => {
		const alice = await join('Alice Ahrens');
		const url = await alice.createParty('Muster GmbH');
		await alice.readyOffline();
		await alice.page.goto(url);
		const tabs = [alice.page, await alice.newTab(url), await alice.newTab(url)];
		for (const tab of tabs) await expect(industry(tab)).toBeVisible();
		await alice.context.setOffline(true);
		for (const tab of tabs) await expect(syncState(tab)).toHaveAccessibleName(/offline/);
		const written = [
			['Industry', 'Maschinenbau'],
			['Number', 'K-4711'],
			['Remarks', 'Parkplatz im Hof']
		] as const;
		for (const [i, [label, value]] of written.entries()) await fill(tabs[i] as Page, label, value);
		for (const tab of tabs) {
			// What one tab writes is in the others at once, without any network.
			for (const [label, value] of written)
				await expect(tab.getByRole('textbox', { name: label, exact: true })).toHaveValue(value);
			await expect(syncState(tab)).toHaveAccessibleName(/offline, \d+ changes? waiting/);
		}
		const anchor = await alice.newTab('about:blank');
		for (const i of order) await tabs[i]?.close();
		await anchor.goto(url);
		for (const [label, value] of written)
			await expect(anchor.getByRole('textbox', { name: label, exact: true })).toHaveValue(value);
		await alice.context.setOffline(false);
		await expect(syncState(anchor)).toHaveAccessibleName('Sync state: saved', { timeout: 40_000 });
		const bob = await join('Bob Brandt');
		await bob.page.goto(url);
		for (const [label, value] of written) await expect(bob.field(label)).toHaveValue(value);
	});
}

test('22. a browser that is killed in mid-write has everything that was shown as on this device', async ({
	join
}) => {
	const alice = await join('Alice Ahrens');
	const url = await alice.createParty('Muster GmbH');
	await alice.readyOffline();
	await alice.page.goto(url);
	await alice.goOffline();
	// The field is still being typed in: no blur, no page hide, no goodbye.
	await alice.field('Industry').pressSequentially('Maschinenbau');
	await alice.writeNote('Im Funkloch geschrieben.');
	await expect(alice.syncState).toHaveAccessibleName(/offline, \d+ changes? waiting/);
	await alice.killBrowser();
	await alice.startBrowser();
	await alice.context.setOffline(true);
	await alice.page.goto(url);
	await expect(alice.field('Industry')).toHaveValue('Maschinenbau');
	await expect(alice.timeline).toContainText('Im Funkloch geschrieben.');
	await alice.goOnline();
	await expect(alice.syncState).toHaveAccessibleName('Sync state: saved', { timeout: 40_000 });
	const bob = await join('Bob Brandt');
	await bob.page.goto(url);
	await expect(bob.field('Industry')).toHaveValue('Maschinenbau');
	await expect(bob.timeline).toContainText('Im Funkloch geschrieben.');
});

test('22. a tab that crashes while somebody types still gives the edit its one change', async ({ join }) => {
	const alice = await join('Alice Ahrens');
	const url = await alice.createParty('Muster GmbH');
	const crashing = await alice.newTab(url);
	await industry(crashing).pressSequentially('Maschinenbau');
	await expect(industry(alice.page)).toHaveValue('Maschinenbau');
	// Leaves no time for anything; the navigation itself never comes to an end.
	const crashed = crashing.waitForEvent('crash');
	void crashing.goto('chrome://crash').catch((error: Error) => expect(error.message).toMatch(/crash/i));
	await crashed;
	const next = await alice.newTab(url);
	await expect(industry(next)).toHaveValue('Maschinenbau');
	await expect(next.getByRole('region', { name: 'Timeline' })).toContainText(
		'Alice Ahrens changed “Industry”',
		{
			timeout: 60_000
		}
	);
});
