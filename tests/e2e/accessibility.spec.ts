import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { expect, test } from './story.ts';

const LIST = [
	'Firma;Ort;E-Mail;Telefon',
	'Müller Werkzeugbau GmbH;Geislingen;info@mueller.example;07331 20450',
	'Elbtal Logistik GmbH;Dresden;info(at)elbtal;0351 495210'
].join('\r\n');

/** What WCAG 2.2 AA rules find on the screen, one line each: rule, element, why. */
async function faults(page: Page): Promise<string[]> {
	const { violations } = await new AxeBuilder({ page })
		.withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'])
		.analyze();
	return violations.flatMap(({ id, nodes }) =>
		nodes.map((node) => `${id}: ${node.target.join(' ')}: ${node.failureSummary ?? ''}`)
	);
}

async function expectAccessible(page: Page, screen: string): Promise<void> {
	for (const colorScheme of ['light', 'dark'] as const) {
		await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
		expect.soft(await faults(page), `${screen}, ${colorScheme}`).toEqual([]);
	}
}

test('every screen keeps the rules of WCAG 2.2 AA, light and dark', async ({ page, relay }) => {
	await page.goto(relay.url);
	// Not before it is there: the page is empty while the app is being loaded.
	await expect(page.getByRole('heading', { level: 1, name: 'Willkommen bei Rapport' })).toBeVisible();
	await expectAccessible(page, 'welcome');
	await page.getByLabel('Ihr Name').fill('Anna Berger');
	await page.getByRole('button', { name: 'Loslegen' }).click();
	await expect(page.getByRole('heading', { name: 'Noch keine Partner' })).toBeVisible();
	await expectAccessible(page, 'empty list');

	await page.getByRole('navigation').getByRole('link', { name: 'Import' }).click();
	await page
		.getByTestId('import-file')
		.setInputFiles({ name: 'Kunden.csv', mimeType: 'text/csv', buffer: Buffer.from(LIST, 'utf8') });
	await expect(page.getByRole('heading', { name: 'Spalten zuordnen' })).toBeVisible();
	await expectAccessible(page, 'import, columns');
	await page.getByRole('button', { name: 'Vorschau' }).click();
	await expect(page.getByRole('list', { name: /Mit Hinweis/ })).toContainText('Elbtal');
	await expectAccessible(page, 'import, preview');
	await page.getByRole('button', { name: '2 Partner importieren' }).click();
	await expect(page.getByText('2 Partner wurden importiert')).toBeVisible();
	await expectAccessible(page, 'import, done');

	await page.getByRole('navigation').getByRole('link', { name: 'Partner' }).click();
	await expect(page.getByRole('link', { name: /Elbtal/ })).toBeVisible();
	await expectAccessible(page, 'list');
	await page.getByRole('link', { name: /Müller/ }).click();
	await page.getByRole('button', { name: 'Ansprechpartner', exact: true }).click();
	await page.getByRole('button', { name: 'Anruf getätigt' }).click();
	await expect(page.getByRole('textbox', { name: 'Inhalt' })).toBeVisible();
	await expectAccessible(page, 'party, call');
	await page.getByRole('button', { name: 'Notiz', exact: true }).click();
	await expect(page.getByRole('textbox', { name: 'Notiz' })).toBeFocused();
	await page.keyboard.type('Tor 3 ist gesperrt.');
	await expectAccessible(page, 'party, note');

	for (const screen of ['Abgleiche', 'Einstellungen']) {
		await page.getByRole('navigation').getByRole('link', { name: screen }).click();
		await expect(page.getByRole('heading', { level: 1, name: screen })).toBeVisible();
		await expectAccessible(page, screen);
	}
});
