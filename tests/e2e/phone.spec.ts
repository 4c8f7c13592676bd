import type { Page } from '@playwright/test';
import { expect, test } from './story.ts';

test.use({
	locale: 'de-DE',
	viewport: { width: 390, height: 844 },
	deviceScaleFactor: 2,
	hasTouch: true,
	isMobile: true
});

/** Nothing is wider than the screen: neither the page nor any area of it that scrolls down. */
async function expectNoSideways(page: Page, screen: string): Promise<void> {
	const wide = await page.evaluate(() =>
		[...document.querySelectorAll<HTMLElement>('html, body, main, main *')]
			.filter(
				(one) => one.scrollWidth > one.clientWidth + 1 && /auto|scroll/.test(getComputedStyle(one).overflowX)
			)
			.map((one) => `${one.tagName}.${one.className}: ${one.scrollWidth} in ${one.clientWidth}`)
			// A toolbar may scroll inside itself.
			.filter((one) => !one.includes('toolbar'))
	);
	expect(wide, screen).toEqual([]);
	expect(await page.evaluate(() => document.documentElement.scrollWidth), screen).toBe(390);
	expect(await page.evaluate(() => window.visualViewport?.scale), screen).toBe(1);
}

test('a phone: find a party, log a call, write a note, and nothing scrolls sideways', async ({
	page,
	relay
}) => {
	await page.goto(relay.url);
	await expectNoSideways(page, 'welcome');
	await page.getByLabel('Ihr Name').fill('Jonas Keller');
	await page.getByRole('button', { name: 'Loslegen' }).tap();
	await expect(page.getByRole('heading', { name: 'Noch keine Partner' })).toBeVisible();
	await expectNoSideways(page, 'empty list');

	for (const name of [
		'Donaudampfschifffahrtselektrizitätenhauptbetriebswerk GmbH & Co. Kommanditgesellschaft',
		'Müller Werkzeugbau GmbH'
	]) {
		await page.getByRole('button', { name: 'Neuer Partner' }).tap();
		await page.getByRole('dialog').getByRole('textbox', { name: 'Name' }).fill(name);
		await page.getByRole('dialog').getByRole('button', { name: 'Anlegen' }).tap();
		await expect(page.getByRole('heading', { level: 1, name })).toBeVisible();
		await expectNoSideways(page, name);
		await page.getByRole('link', { name: 'Partner' }).first().tap();
	}

	await test.step('find it', async () => {
		await page.getByRole('searchbox', { name: 'Partner filtern' }).fill('müller');
		await expect(page.getByRole('status').filter({ hasText: '1 Partner' })).toBeVisible();
		await expectNoSideways(page, 'list');
		await page.getByRole('link', { name: /Müller Werkzeugbau/ }).tap();
	});

	await test.step('log a call', async () => {
		await page.getByRole('button', { name: 'Anruf erhalten' }).tap();
		await page.getByRole('textbox', { name: 'Inhalt' }).fill('Fragt nach dem Liefertermin.');
		await page.getByRole('button', { name: 'Erledigt' }).tap();
		await expectNoSideways(page, 'call form');
		await page.getByRole('button', { name: 'Fertig' }).tap();
		await expect(page.getByRole('article', { name: 'Anruf' })).toContainText('Ergebnis: Erledigt');
	});

	await test.step('write a note', async () => {
		await page.getByRole('button', { name: 'Notiz', exact: true }).tap();
		const editor = page.getByRole('textbox', { name: 'Notiz' });
		await expect(editor).toBeFocused();
		await page.keyboard.type('Tor 3 ist bis Freitag gesperrt.');
		await expectNoSideways(page, 'note');
		await page.getByRole('button', { name: 'Fertig' }).tap();
		await expect(page.getByRole('article', { name: 'Notiz' })).toContainText(
			'Tor 3 ist bis Freitag gesperrt.'
		);
	});

	await test.step('record, with a contact person and an address', async () => {
		await page.getByText('Stammdaten', { exact: true }).first().tap();
		for (const add of ['Kontaktweg', 'Ansprechpartner', 'Adresse'])
			await page.getByRole('button', { name: add, exact: true }).first().tap();
		await expect(page.getByRole('textbox', { name: 'PLZ' })).toBeVisible();
		await expectNoSideways(page, 'record');
	});

	for (const [link, heading] of [
		['Import', 'Import'],
		['Abgleiche', 'Abgleiche'],
		['Einstellungen', 'Einstellungen']
	] as const) {
		await page.getByRole('navigation').getByRole('link', { name: link }).tap();
		await expect(page.getByRole('heading', { level: 1, name: heading })).toBeVisible();
		await expectNoSideways(page, heading);
	}
});
