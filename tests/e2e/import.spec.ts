import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { expect, test } from './story.ts';

const REAL_FILES = join(import.meta.dirname, '../../../shared/data/csv');
const CITIES = ['Köln', 'Gütersloh', 'Würzburg', 'Görlitz', 'Łódź'];

/** A list as a spreadsheet writes it: German headings, semicolons, `rows` companies that differ in everything. */
function list(rows: number): string {
	const lines = ['Firma;Straße;PLZ;Ort;Telefon;E-Mail;Kundennummer'];
	for (let i = 1; i <= rows; i++)
		lines.push(
			`Müller & Söhne ${i} GmbH;Hauptstraße ${i};${10000 + (i % 80000)};${CITIES[i % 5]};` +
				`0221 ${1000000 + i};info@mueller-${i}.example;K-${100000 + i}`
		);
	return lines.join('\r\n');
}

async function choose(page: Page, file: string | { name: string; text: string }): Promise<void> {
	await page.getByRole('link', { name: 'Import' }).first().click();
	await page
		.getByTestId('import-file')
		.setInputFiles(
			typeof file === 'string'
				? file
				: { name: file.name, mimeType: 'text/csv', buffer: Buffer.from(file.text, 'utf8') }
		);
	await expect(page.getByRole('heading', { name: 'Match the columns' })).toBeVisible();
	await page.getByRole('button', { name: 'Preview' }).click();
	await expect(page.getByText('Nothing has been written yet.')).toBeVisible();
}

const start = (page: Page) => page.getByRole('button', { name: /^Import [\d,]+ part/ });

test('22. 10,000 imported parties appear on a second device; without a network and started cold, any of them opens', async ({
	join: bring
}) => {
	test.setTimeout(240_000);
	const alice = await bring('Alice Ahrens');
	const bob = await bring('Bob Brandt');
	await choose(alice.page, { name: 'Kunden.csv', text: list(10_000) });
	await expect(alice.page.getByText('10,000 rows become new parties.')).toBeVisible();
	await start(alice.page).click();
	await expect(alice.page.getByText('10,000 parties have been imported')).toBeVisible({ timeout: 90_000 });
	await expect(alice.syncState).toHaveAccessibleName('Sync state: saved', { timeout: 90_000 });

	await bob.openList();
	await expect(bob.page.getByRole('status').filter({ hasText: '10,000 parties' })).toBeVisible({
		timeout: 60_000
	});
	await bob.page.goto(bob.page.url().replace('/parties', '/settings'));
	await expect(bob.page.getByText('All parties are on this device and open without a network.')).toBeVisible({
		timeout: 120_000
	});
	await bob.readyOffline();
	await bob.quitBrowser();
	await bob.startBrowser();
	await bob.context.setOffline(true);
	await bob.openList();
	await expect(bob.page.getByRole('status').filter({ hasText: '10,000 parties' })).toBeVisible();
	for (const number of [1, 4711, 10_000]) {
		await bob.page.getByRole('searchbox', { name: 'Filter parties' }).fill(`K-${100000 + number}`);
		await bob.page.getByRole('link', { name: new RegExp(`Söhne ${number} GmbH`) }).click();
		await expect(bob.field('Number')).toHaveValue(`K-${100000 + number}`);
		await expect(bob.page.getByRole('link', { name: `info@mueller-${number}.example` })).toBeVisible();
		await bob.page.goBack();
	}
});

test('22. an import needs no network, shows what it knows already, and can be taken back', async ({
	join: bring
}) => {
	const alice = await bring('Alice Ahrens');
	await alice.readyOffline();
	await alice.goOffline();
	const { page } = alice;
	await choose(page, { name: 'Kunden.csv', text: list(30) });
	await start(page).click();
	await expect(page.getByText('30 parties have been imported')).toBeVisible();

	await test.step('the same list again is recognised row by row, and nothing is doubled', async () => {
		await page.getByRole('button', { name: 'Import another file' }).click();
		await choose(page, { name: 'Kunden.csv', text: list(31) });
		await expect(page.getByText('30 rows match parties that are here already.')).toBeVisible();
		await expect(page.getByText('1 row becomes a new party.')).toBeVisible();
		await start(page).click();
		await expect(page.getByText('1 party has been imported')).toBeVisible();
	});

	await test.step('taken back, also later and after a reload', async () => {
		await page.reload();
		await page
			.getByRole('button', { name: /Take back the import/ })
			.last()
			.click();
		await page.getByRole('button', { name: 'Remove', exact: true }).click();
		await expect(page.getByText('30 parties have been removed again.')).toBeVisible();
		await alice.openList();
		await expect(page.getByRole('status').filter({ hasText: '1 party' })).toBeVisible();
	});

	await test.step('with a network again everything is sent', async () => {
		await alice.goOnline();
		await expect(alice.syncState).toHaveAccessibleName('Sync state: saved', { timeout: 30_000 });
	});
});

for (const [file, least] of [
	['companies.csv', 490],
	['people.csv', 500],
	['offices.csv', 300]
] as const) {
	const path = join(REAL_FILES, file);
	if (!existsSync(path)) {
		console.log(
			`Not tried: ${file}; the real files lie beside the checkout, in shared/data, and are not there.`
		);
		continue;
	}
	test(`a real file: ${file}`, async ({ join: bring }) => {
		const alice = await bring('Alice Ahrens');
		await choose(alice.page, path);
		const label = await start(alice.page).innerText();
		expect(Number(/[\d,]+/.exec(label)?.[0].replace(',', ''))).toBeGreaterThanOrEqual(least);
		await start(alice.page).click();
		await expect(alice.page.getByText(/parties have been imported/)).toBeVisible({ timeout: 60_000 });
		await expect(alice.syncState).toHaveAccessibleName('Sync state: saved', { timeout: 60_000 });
	});
}
