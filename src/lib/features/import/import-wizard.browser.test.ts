import { mount, unmount } from 'svelte';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import type { PartyRow } from '#core/documents/row.ts';
import '$lib/ui/theme.css';
import { overwriteGetLocale } from '#paraglide/runtime.js';
import { partyRow } from '../party/party-rows.fixture.ts';
import ImportWizard from './ImportWizard.svelte';
import { MemoryTarget } from './import.fixture.ts';

const closing: (() => Promise<void>)[] = [];

beforeEach(async () => {
	overwriteGetLocale(() => 'de');
	await page.viewport(1100, 800);
});
afterEach(async () => {
	for (const close of closing.splice(0)) await close();
});

function open(target: MemoryTarget, parties: readonly PartyRow[] = target.rows): void {
	const wizard = mount(ImportWizard, { target: document.body, props: { parties, target } });
	closing.push(() => unmount(wizard));
}
const choose = (name: string, text: BlobPart): Promise<void> =>
	userEvent.upload(page.getByTestId('import-file'), new File([text], name));
const press = (name: string | RegExp): Promise<void> => page.getByRole('button', { name }).click();
const step = (): string | undefined =>
	document.querySelector<HTMLElement>('[data-testid=import]')?.dataset.step;

const CSV =
	'Kundennummer;Firma;E-Mail;Umsatz\n' +
	'K-1;Muster GmbH;info@muster.example;7\n' +
	'K-2;Max und Moritz;max@moritz.example;8\n' +
	'K-3;Moritz allein;MAX@moritz.example;9\n' +
	'K-4;;;1\n';

describe('the import, in German', () => {
	it('leads from a file to parties and back', async () => {
		const target = new MemoryTarget();
		const known = partyRow({ name: 'Muster AG', emails: ['info@muster.example'] });
		open(target, [known]);
		await choose('kunden.csv', CSV);
		await expect
			.element(page.getByText('kunden.csv: 4 Zeilen, UTF-8, getrennt durch Semikolon.'))
			.toBeVisible();
		await expect.element(page.getByLabelText('„Firma“ wird zu')).toHaveValue('name');
		await expect.element(page.getByLabelText('„Umsatz“ wird zu')).toHaveValue('ignore');
		expect(document.activeElement?.textContent).toBe('Spalten zuordnen');

		await press('Vorschau');
		const effect = page.getByTestId('import-effect');
		await expect.element(effect).toMatchTextContent(/1 Zeile passt zu einem Partner, den es schon gibt\./);
		await expect.element(effect).toMatchTextContent(/1 Zeile steht in der Datei schon weiter oben\./);
		await expect.element(effect).toMatchTextContent(/1 Zeile kann nicht importiert werden\./);
		await expect.element(effect).toMatchTextContent(/1 Zeile wird ein neuer Partner\./);
		await expect.element(page.getByText('Nicht importiert werden die Spalten: Umsatz')).toBeVisible();
		await expect.element(page.getByRole('link', { name: 'Muster AG' })).toBeVisible();

		await page.getByText('Doppelt in der Datei (1)').click();
		await page.getByLabelText('Was geschieht mit Zeile 4?').selectOptions('Trotzdem als neu importieren');
		await press('2 Partner importieren');
		await expect.element(page.getByRole('heading', { name: '2 Partner wurden importiert' })).toBeVisible();
		expect(target.rows.map((row) => row.facts.name)).toEqual(['Max und Moritz', 'Moritz allein']);

		await press('Import zurücknehmen');
		await expect
			.element(page.getByTestId('import-undone'))
			.toMatchTextContent(/2 Partner wurden wieder entfernt\./);
		expect(target.rows).toEqual([]);
	});

	it('refuses what is no table, in words', async () => {
		open(new MemoryTarget());
		await choose('kunden.xlsx', Uint8Array.from([0x50, 0x4b, 3, 4, 0, 0]));
		await expect.element(page.getByRole('alert')).toMatchTextContent(/Arbeitsmappe/);
		await choose('leer.csv', ' ');
		await expect.element(page.getByRole('alert')).toMatchTextContent(/Die Datei ist leer\./);
		expect(step()).toBe('file');
	});

	it('takes a past import back, and keeps what somebody has written in unless it is ticked', async () => {
		const target = new MemoryTarget();
		open(target);
		await choose('kunden.csv', 'Firma\nEins\nZwei\nDrei\n');
		await press('Vorschau');
		await press('3 Partner importieren');
		await expect.element(page.getByRole('heading', { name: '3 Partner wurden importiert' })).toBeVisible();
		for (const close of closing.splice(0)) await close();

		const rows = target.rows.map((row) =>
			row.facts.name === 'Zwei' ? { ...row, facts: { ...row.facts, touched: true as const } } : row
		);
		open(target, rows);
		await expect.element(page.getByTestId('past-imports')).toMatchTextContent(/3 Partner/);
		await press(/^Import vom .* zurücknehmen$/);
		await expect.element(page.getByText('2 Partner werden entfernt.')).toBeVisible();
		await expect.element(page.getByLabelText('Zwei')).not.toBeChecked();
		await press('Entfernen');
		await expect.element(page.getByTestId('import-undone')).toMatchTextContent(/2 Partner/);
		expect(target.rows.map((row) => row.facts.name)).toEqual(['Zwei']);
	});

	it('shows 10,000 rows being planned and written, and stops when asked', async () => {
		const target = new MemoryTarget();
		open(target);
		const lines = Array.from({ length: 10_000 }, (_, at) => `Muster ${at};m${at}@muster.example`);
		await choose('viele.csv', `Firma;E-Mail\n${lines.join('\n')}`);
		await press('Vorschau');
		await press('10.000 Partner importieren');
		await press('Abbrechen');
		await expect
			.element(page.getByRole('heading', { name: /^Abgebrochen: [\d.]+ von 10.000/ }))
			.toBeVisible();
		const made = Number(document.querySelector<HTMLElement>('[data-made]')?.dataset.made);
		expect(made).toBe(target.rows.length);
		expect(made).toBeLessThan(10_000);
	});

	it('reads a file whose first row is data when it is told so', async () => {
		open(new MemoryTarget());
		await choose('kunden.csv', 'Muster GmbH;info@muster.example\nMax;max@max.example\n');
		await expect.element(page.getByText(/kunden.csv: 2 Zeilen/)).toBeVisible();
		await expect.element(page.getByLabelText('„Spalte 2“ wird zu')).toHaveValue('email');
		await page.getByLabelText('Die erste Zeile enthält Überschriften').click();
		await expect.element(page.getByText(/kunden.csv: 1 Zeile,/)).toBeVisible();
	});
});
