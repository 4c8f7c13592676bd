import { expect, test } from './story.ts';

test.use({ locale: 'de-DE' });

test('a first day in German, and English without losing a text that is being typed', async ({
	page,
	relay
}) => {
	const syncState = page.getByRole('banner').getByRole('button', { name: /^Speicherstand/ });

	await test.step('first start', async () => {
		await page.goto(relay.url);
		await expect(page.getByRole('heading', { name: 'Willkommen bei Rapport' })).toBeVisible();
		await expect(page.locator('html')).toHaveAttribute('lang', 'de');
		await page.getByRole('button', { name: 'Loslegen' }).click();
		await expect(page.getByText('Bitte geben Sie einen Namen ein.')).toBeVisible();
		await page.getByLabel('Ihr Name').fill('Anna Berger');
		await page.getByRole('button', { name: 'Loslegen' }).click();
		await expect(page.getByRole('heading', { name: 'Noch keine Partner' })).toBeVisible();
	});

	await test.step('a party and a call with content and result', async () => {
		await page.getByRole('button', { name: 'Neuer Partner' }).click();
		await page.getByRole('dialog').getByRole('textbox', { name: 'Name' }).fill('Müller Werkzeugbau GmbH');
		await page.getByRole('dialog').getByRole('button', { name: 'Anlegen' }).click();
		await expect(page.getByRole('heading', { level: 1, name: 'Müller Werkzeugbau GmbH' })).toBeVisible();
		await page.getByRole('button', { name: 'Anruf getätigt' }).click();
		await page.getByRole('textbox', { name: 'Inhalt' }).fill('Angebot für die zweite Presse besprochen.');
		await page.getByRole('button', { name: 'Ruft zurück' }).click();
		await page.getByRole('button', { name: 'Fertig' }).click();
		const call = page.getByRole('region', { name: 'Akte' }).getByRole('article', { name: 'Anruf' });
		await expect(call).toContainText('Ausgehender Anruf');
		await expect(call).toContainText('Angebot für die zweite Presse besprochen.');
		await expect(call).toContainText('Ergebnis: Ruft zurück');
		await expect(syncState).toHaveAccessibleName('Speicherstand: gespeichert');
	});

	await test.step('22. a sentence typed without a network is one change', async () => {
		await page.context().setOffline(true);
		await expect(syncState).toHaveAccessibleName('Speicherstand: offline');
		await page.getByRole('button', { name: 'Notiz', exact: true }).click();
		await expect(page.getByRole('textbox', { name: 'Notiz' })).toBeFocused();
		await page.keyboard.type('Besuch am Dienstag.');
		await expect(page.getByRole('textbox', { name: 'Notiz' })).toHaveText('Besuch am Dienstag.');
		await expect(syncState).toHaveAccessibleName('Speicherstand: offline, 1 Änderung wartet');
		await page.context().setOffline(false);
		await expect(syncState).toHaveAccessibleName('Speicherstand: gespeichert');
	});

	await test.step('English, in the middle of a field', async () => {
		const industry = page.getByRole('textbox', { name: /^(Branche|Industry)$/ });
		await industry.focus();
		await page.keyboard.type('Werkzeugbau und For');
		const { pathname } = new URL(page.url());
		await page.getByRole('link', { name: 'Einstellungen' }).click();
		await page.getByText('English', { exact: true }).click();
		await expect(page.getByRole('heading', { level: 1, name: 'Settings' })).toBeVisible();
		await expect(page.locator('html')).toHaveAttribute('lang', 'en');
		await page.goto(relay.url + pathname);
		await expect(industry).toHaveValue('Werkzeugbau und For');
		await expect(page.getByRole('region', { name: 'Timeline' })).toContainText('Besuch am Dienstag.');
		await expect(page.getByRole('region', { name: 'Timeline' })).toContainText('Result: Ruft zurück');
	});
});

test('the name typed at the first start survives the change of language', async ({ page, relay }) => {
	await page.goto(relay.url);
	await page.getByLabel('Ihr Name').fill('Anna Ber');
	await page.getByText('English', { exact: true }).click();
	await expect(page.getByRole('heading', { name: 'Welcome to Rapport' })).toBeVisible();
	await expect(page.getByLabel('Your name')).toHaveValue('Anna Ber');
});
