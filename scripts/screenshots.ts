import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { chromium, type Browser, type Page } from '@playwright/test';
import { startRelay } from '../tests/e2e/relay.ts';
import { ensureBuilt } from './build.ts';
import { ensureChromium } from './ensure-chromium.ts';
import { customerList } from './screenshot-data.ts';

// `npm run screenshots`: the pictures of the documentation, from the real app with two people in it. With a folder,
// `npm run screenshots -- <folder>`, every screen in both themes, on a desk and a phone, for whoever looks at them.

const DOCUMENTED = [
	'party',
	'party-dark',
	'party-phone',
	'parties',
	'offline',
	'two-versions',
	'receipt',
	'import-preview',
	'parties-en'
];
const [, , everything] = process.argv;
const folder = everything ?? 'docs/screenshots';
const DESK = { width: 1440, height: 900 };
const PHONE = { width: 390, height: 844 };
const COMPANY = 'Müller Werkzeugbau GmbH';

async function bring(browser: Browser, url: string, name: string): Promise<Page> {
	const context = await browser.newContext({
		locale: 'de-DE',
		timezoneId: 'Europe/Berlin',
		viewport: DESK,
		reducedMotion: 'reduce'
	});
	const page = await context.newPage();
	await page.goto(url);
	await page.getByLabel('Ihr Name').fill(name);
	return page;
}

async function shoot(page: Page, name: string): Promise<void> {
	if (!everything && !DOCUMENTED.includes(name)) return;
	// Glows and popovers come to rest.
	await page.evaluate(async () => {
		await document.fonts.ready;
		await Promise.all(document.getAnimations().map((one) => one.finished.catch(() => undefined)));
	});
	await page.screenshot({ path: join(folder, `${name}.png`), caret: 'hide' });
}

const start = (page: Page): Promise<void> => page.getByRole('button', { name: 'Loslegen' }).click();
const field = (page: Page, label: string) => page.getByRole('textbox', { name: label, exact: true });
const saved = (page: Page): Promise<void> =>
	page.getByRole('banner').getByRole('button', { name: 'Speicherstand: gespeichert' }).waitFor();

async function importList(page: Page): Promise<void> {
	await page.getByRole('link', { name: 'Import', exact: true }).first().click();
	await page.getByTestId('import-file').setInputFiles({
		name: 'Kunden.csv',
		mimeType: 'text/csv',
		buffer: Buffer.from(customerList(), 'utf8')
	});
	await page.getByRole('button', { name: 'Vorschau' }).waitFor();
	await shoot(page, 'import-columns');
	await page.getByRole('button', { name: 'Vorschau' }).click();
	await page
		.getByRole('list', { name: /Mit Hinweis/ })
		.getByText('Feinkost')
		.first()
		.waitFor();
	await shoot(page, 'import-preview');
	await page.getByRole('button', { name: /Partner importieren/ }).click();
	await page.getByText(/Partner wurden importiert/).waitFor();
}

async function openCompany(page: Page, url: string): Promise<void> {
	await page.goto(`${url}/parties`);
	await page.getByRole('searchbox', { name: 'Partner filtern' }).fill('Müller');
	await page.getByRole('link', { name: new RegExp(COMPANY) }).click();
	await page.getByRole('heading', { level: 1, name: COMPANY }).waitFor();
}

async function addPerson(page: Page, values: Record<string, string>): Promise<void> {
	await page.getByRole('button', { name: 'Ansprechpartner', exact: true }).click();
	const card = page.getByTestId('person').last();
	for (const [label, value] of Object.entries(values)) {
		await card.getByRole('textbox', { name: label, exact: true }).fill(value);
		await page.keyboard.press('Tab');
	}
	await card.getByRole('button', { expanded: true }).first().click();
}

async function logCall(page: Page): Promise<void> {
	await page.getByRole('button', { name: 'Anruf getätigt' }).click();
	await page.getByRole('combobox', { name: 'Ansprechpartner' }).selectOption({ label: 'Sabine Koch' });
	await field(page, 'Inhalt').fill(
		'Angebot für die zweite Abkantpresse besprochen. Lieferung ab Mitte März möglich, Aufstellung durch uns.'
	);
	await page.getByRole('button', { name: 'Ruft zurück' }).click();
	await shoot(page, 'call');
	await page.getByRole('button', { name: 'Fertig' }).click();
}

const editor = (page: Page) => page.getByRole('textbox', { name: 'Notiz', exact: true });

async function writeTogether(anna: Page, jonas: Page): Promise<void> {
	await anna.getByRole('button', { name: 'Notiz', exact: true }).click();
	await editor(anna).focus();
	await anna.keyboard.type('Besuch am 12. März: Halle 2 ist geräumt, Anlieferung nur vormittags.\n');
	await anna.keyboard.type('- Stromanschluss 63 A ist bestellt\nKranfreigabe klärt Frau Koch');
	await jonas.getByRole('article').getByText('Kranfreigabe').click();
	await editor(jonas).waitFor();
	await jonas.keyboard.press('Control+End');
	await jonas.keyboard.press('Enter');
	await jonas.keyboard.type('Ich bringe die Schulungsunterlagen mit');
	await anna.locator('.note-frame').getByText('Jonas Keller').first().waitFor();
}

async function writeApart(anna: Page, jonas: Page): Promise<void> {
	await jonas.context().setOffline(true);
	await jonas
		.getByRole('banner')
		.getByRole('button', { name: /^Speicherstand: offline/ })
		.waitFor();
	await field(jonas, 'Branche').fill('Werkzeug- und Formenbau');
	await jonas.keyboard.press('Tab');
	await shoot(jonas, 'offline');
	await field(anna, 'Branche').fill('Stanzwerkzeuge');
	await anna.keyboard.press('Tab');
	await saved(anna);
	await jonas.context().setOffline(false);
	await saved(jonas);
	await jonas
		.getByRole('group', { name: /Zwei Fassungen/ })
		.first()
		.waitFor();
}

/** The same screen as others see it: in the dark, on a phone, in English. */
async function shootVariants(page: Page, name: string): Promise<void> {
	await page.emulateMedia({ colorScheme: 'dark' });
	await shoot(page, `${name}-dark`);
	await page.setViewportSize(PHONE);
	await shoot(page, `${name}-phone-dark`);
	await page.emulateMedia({ colorScheme: 'light' });
	await shoot(page, `${name}-phone`);
	await page.setViewportSize(DESK);
}

async function shootEnglish(page: Page, url: string): Promise<void> {
	await page.goto(`${url}/settings`);
	await shoot(page, 'settings');
	await page.getByText('English', { exact: true }).click();
	for (const path of everything ? ['settings', 'parties', 'receipts', 'import'] : ['parties']) {
		await page.goto(`${url}/${path}`);
		await page.getByRole('heading', { level: 1 }).waitFor();
		if (path === 'parties') await page.getByRole('link', { name: /Ahlmann/ }).waitFor();
		await shoot(page, `${path}-en`);
		await shootVariants(page, `${path}-en`);
	}
}

ensureBuilt();
await mkdir(folder, { recursive: true });
const relay = await startRelay();
const browser = await chromium.launch({ executablePath: ensureChromium(), args: ['--no-sandbox'] });
try {
	const { url } = relay;
	const anna = await bring(browser, url, 'Anna Berger');
	await shoot(anna, 'welcome');
	await start(anna);
	await anna.getByText('Noch keine Partner').waitFor();
	await shoot(anna, 'parties-empty');
	await importList(anna);
	await saved(anna);
	await openCompany(anna, url);
	await shoot(anna, 'party-imported');
	await addPerson(anna, {
		Vorname: 'Sabine',
		Nachname: 'Koch',
		Funktion: 'Einkaufsleiterin',
		Themen: 'Einkauf, Rechnungen'
	});
	await addPerson(anna, {
		Titel: 'Dr.',
		Vorname: 'Martin',
		Nachname: 'Yılmaz',
		Funktion: 'Technische Leitung',
		Themen: 'Konstruktion'
	});
	await anna.getByRole('button', { name: 'Kunde', exact: true }).click();
	await logCall(anna);
	const jonas = await bring(browser, url, 'Jonas Keller');
	await start(jonas);
	await jonas.getByText('Partner', { exact: true }).first().waitFor();
	await openCompany(jonas, url);
	await writeTogether(anna, jonas);
	await shoot(anna, 'party');
	await shootVariants(anna, 'party');
	await anna.getByRole('button', { name: 'Fertig' }).click();
	await jonas.getByRole('button', { name: 'Fertig' }).click();
	await writeApart(anna, jonas);
	await shoot(jonas, 'two-versions');
	await shootVariants(jonas, 'two-versions');
	await jonas.goto(`${url}/receipts`);
	await jonas
		.getByRole('button', { name: /Übernehmen/ })
		.first()
		.waitFor();
	await jonas
		.getByRole('region', { name: /Mitteilungen/ })
		.getByRole('button', { name: 'Schließen' })
		.click();
	await jonas.getByText('Wieder verbunden').waitFor({ state: 'hidden' });
	await saved(jonas);
	await shoot(jonas, 'receipt');
	await shootVariants(jonas, 'receipt');
	await anna.goto(`${url}/parties`);
	await anna.getByRole('link', { name: new RegExp('Ahlmann') }).waitFor();
	await shoot(anna, 'parties');
	await shootVariants(anna, 'parties');
	await shootEnglish(anna, url);
} finally {
	await browser.close();
	await relay.dispose();
}
