import Papa from 'papaparse';
import { describe, expect, it } from 'vitest';
import { cleanCell, decodeText, MAX_FILE_BYTES } from './csv-text.ts';
import { MAX_COLUMNS, parseCsv, type CsvTable } from './csv-table.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const utf16 = (text: string, bigEndian: boolean): Uint8Array => {
	const out = new DataView(new ArrayBuffer(text.length * 2));
	for (let at = 0; at < text.length; at++) out.setUint16(at * 2, text.charCodeAt(at), !bigEndian);
	return new Uint8Array(out.buffer);
};
const table = async (text: string): Promise<CsvTable> => {
	const parsed = await parseCsv(text);
	if (parsed.state !== 'table') throw new Error(parsed.reason);
	return parsed;
};

describe('the text of a file', () => {
	const MUSTER = 'Firma;Straße\nMüller GmbH;Grüner Weg 1\n';
	it.each([
		['UTF-8', bytes(MUSTER), 'utf-8'],
		['UTF-8 with its mark', bytes(`\uFEFF${MUSTER}`), 'utf-8'],
		['UTF-16 LE with its mark', utf16(`\uFEFF${MUSTER}`, false), 'utf-16le'],
		['UTF-16 BE with its mark', utf16(`\uFEFF${MUSTER}`, true), 'utf-16be'],
		['UTF-16 LE without one', utf16(MUSTER, false), 'utf-16le'],
		['UTF-16 BE without one', utf16(MUSTER, true), 'utf-16be'],
		['Windows-1252', Uint8Array.from(MUSTER, (letter) => letter.charCodeAt(0)), 'windows-1252']
	])('is read as %s', (_, file, encoding) => {
		expect(decodeText(file)).toEqual({ state: 'text', text: MUSTER, encoding });
	});

	it.each([
		['nothing', new Uint8Array(), 'empty'],
		['only spaces', bytes(' \n\n'), 'empty'],
		['a workbook', Uint8Array.from([0x50, 0x4b, 3, 4, 1, 2]), 'spreadsheet'],
		['a picture', Uint8Array.from({ length: 600 }, (_, at) => (at * 37) % 256), 'not-text'],
		['too many bytes', new Uint8Array(MAX_FILE_BYTES + 1), 'too-large']
	])('is refused by name when it is %s', (_, file, reason) => {
		expect(decodeText(file)).toMatchObject({ state: 'refused', reason });
	});

	it('is read in spite of a stray NUL byte, which the cell loses', () => {
		const text = decodeText(bytes(`Firma;Ort\n${'Muster GmbH;Ulm\n'.repeat(20)}Mu\0ster;Ulm\n`));
		expect(text.state).toBe('text');
		expect(cleanCell(' Mu\0ster\n')).toBe('Muster');
	});
});

describe('the rows of a file', () => {
	it.each([
		['semicolons', 'Firma;Ort\nMuster;Ulm\n', ';'],
		['commas', 'Firma,Ort\r\n"Muster, Söhne",Ulm\r\n', ','],
		['tabs', 'Firma\tOrt\nMuster\tUlm', '\t'],
		['the first line of Excel', 'sep=|\r\nFirma|Ort\r\nMuster|Ulm', '|']
	])('are found between %s', async (_, text, delimiter) => {
		const { rows, delimiter: found } = await table(text);
		expect(found).toBe(delimiter);
		expect(rows.map((row) => row.length)).toEqual([2, 2]);
	});

	it('may have a single column, quoted line breaks and empty rows', async () => {
		expect((await table('E-Mail\ninfo@muster.example\n')).rows).toEqual([
			['E-Mail'],
			['info@muster.example']
		]);
		expect((await table('Firma;Ort\n"Muster\nGmbH";Ulm\n\nMax;Ulm\n')).rows).toEqual([
			['Firma', 'Ort'],
			['Muster\nGmbH', 'Ulm'],
			[''],
			['Max', 'Ulm']
		]);
	});

	it('are marked where quotation marks do not fit', async () => {
		const open = await table('Firma;Ort\nMuster;Ulm\n"Offen;Ulm\nMax;Ulm\n');
		expect([...open.broken]).toEqual([2]);
		expect(open.rows.slice(1)).toEqual([
			['Muster', 'Ulm'],
			['Offen', 'Ulm'],
			['Max', 'Ulm']
		]);
		const stray = await table('Firma;Ort\n"Mus"ter;Ulm\nMax;Ulm\n');
		expect([...stray.broken]).toEqual([1]);
		expect(stray.rows.at(-1)).toEqual(['Max', 'Ulm']);
	});

	it('are refused when there are thousands of columns', async () => {
		expect(await parseCsv(`${'a;'.repeat(10_000)}\n`)).toEqual({
			state: 'refused',
			reason: 'too-many-columns',
			limit: MAX_COLUMNS
		});
	});

	it('are the same in pieces as in one, quotation marks and line breaks across the pieces too', async () => {
		const cells = [
			'Muster',
			'"Söhne; Töchter"',
			'"a\r\nb"',
			'""',
			'x'.repeat(40_000),
			`"${'y\n'.repeat(30_000)}"`
		];
		let text = '';
		for (let at = 0; at < 60; at++)
			text += `${cells[at % 6] ?? ''};${cells[(at * 7 + 3) % 6] ?? ''};${at}${at % 9 === 8 ? '\r\n' : ''}\r\n`;
		const whole = Papa.parse<string[]>(text, { delimiter: ';', newline: '\r\n' }).data;
		whole.pop();
		expect(text.length).toBeGreaterThan(1_000_000);
		expect((await table(text)).rows).toEqual(whole);
	});

	it('number broken ones rightly beyond the first piece', async () => {
		const { rows, broken } = await table(
			`Firma;Ort\n${'Muster GmbH;Ulm\n'.repeat(50_000)}"Mus"ter;Ulm\nMax;Ulm\n`
		);
		expect([...broken].map((at) => rows[at])).toEqual([['Mus"ter', 'Ulm']]);
	});

	it('can hold a field of a megabyte', async () => {
		const { rows } = await table(`Firma;Bemerkung\nMuster;"${'lang '.repeat(210_000)}"\nMax;kurz\n`);
		expect(rows.map((row) => row[1]?.length)).toEqual([9, 1_050_000, 4]);
	});

	it('are read no further when somebody stops it', async () => {
		const stop = new AbortController();
		const reading = parseCsv('Firma;Ort\n'.repeat(200_000), stop.signal);
		stop.abort(new Error('stopped'));
		await expect(reading).rejects.toThrow('stopped');
	});
});
