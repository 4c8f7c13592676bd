import type { Page } from '@playwright/test';
import { expect, test } from './story.ts';

test.use({ locale: 'en-GB' });

/** Goes on with Tab until the control that is called `name` has the focus; fails after `most` steps. */
async function tabTo(page: Page, name: string, most = 60, key: 'Tab' | 'Shift+Tab' = 'Tab'): Promise<void> {
	const passed: string[] = [];
	for (let step = 0; step < most; step++) {
		await page.keyboard.press(key);
		const called = await page.evaluate(() => {
			const one = document.activeElement;
			const labels =
				one instanceof HTMLInputElement || one instanceof HTMLTextAreaElement ? one.labels : null;
			return (one?.getAttribute('aria-label') ?? labels?.[0]?.textContent ?? one?.textContent ?? '').trim();
		});
		passed.push(called.slice(0, 40));
		if (called === name) return;
	}
	throw new Error(`no way by Tab to ${name}; passed: ${passed.join(', ')}`);
}

test('a party is made, found again and a call logged with the keyboard alone', async ({ page, relay }) => {
	const { keyboard } = page;
	await page.goto(relay.url);
	await expect(page.getByRole('heading', { name: 'Welcome to Rapport' })).toBeVisible();
	await tabTo(page, 'Your name');
	await keyboard.type('Alice Ahrens');
	await keyboard.press('Enter');
	await expect(page.getByRole('heading', { name: 'No parties yet' })).toBeVisible();

	for (const name of ['Muster GmbH', 'Beispiel AG']) {
		await tabTo(page, 'New party');
		await keyboard.press('Enter');
		await expect(page.getByRole('dialog')).toBeVisible();
		await tabTo(page, 'Name');
		await keyboard.type(name);
		await keyboard.press('Enter');
		await expect(page.getByRole('heading', { level: 1, name })).toBeVisible();
		await tabTo(page, 'Parties');
		await keyboard.press('Enter');
		await expect(page.getByRole('heading', { level: 1, name: 'Parties' })).toBeVisible();
	}

	await test.step('find: the filter, the first row, and Enter', async () => {
		await page.reload();
		const filter = page.getByRole('searchbox', { name: 'Filter parties' });
		await expect(filter).toBeFocused();
		await keyboard.type('must');
		await expect(page.getByRole('status').filter({ hasText: '1 party' })).toBeVisible();
		await keyboard.press('ArrowDown');
		await expect(page.getByRole('link', { name: /Muster GmbH/ })).toBeFocused();
		await keyboard.press('Enter');
		await expect(page.getByRole('heading', { level: 1, name: 'Muster GmbH' })).toBeVisible();
	});

	await test.step('log a call with content and result', async () => {
		await tabTo(page, 'Outgoing call');
		await keyboard.press('Enter');
		await tabTo(page, 'Content');
		await keyboard.type('Delivery date agreed.');
		await tabTo(page, 'Result');
		await tabTo(page, 'Reached');
		await keyboard.press('Space');
		await tabTo(page, 'Done', 60, 'Shift+Tab');
		await keyboard.press('Enter');
		const call = page.getByRole('article', { name: 'Call' });
		await expect(call).toContainText('Delivery date agreed.');
		await expect(call).toContainText('Result: Reached');
	});
});
