import { describe, expect, it } from 'vitest';
import { rulesFor } from './import.fixture.ts';
import { PhoneReader } from './phone-reader.ts';
import { readRow, type ReadRow, type RowRules } from './row-draft.ts';

const read = (
	row: Record<string, string>,
	rules: Partial<RowRules> = {}
): Extract<ReadRow, { state: 'read' }> => {
	const result = readRow(Object.values(row), rulesFor(Object.keys(row), [], rules));
	if (result.state !== 'read') throw new Error('the row is empty');
	return result;
};
const kindsOf = (row: Record<string, string>): string[] => read(row).problems.map(({ kind }) => kind);

describe('a row', () => {
	it('with a company and a person is an organisation with a contact person', () => {
		const { draft, name, problems } = read({
			Firma: 'Muster GmbH',
			Vorname: 'Erika',
			Nachname: 'Muster',
			Position: 'Einkauf',
			Straße: 'Grüner Weg',
			Hausnummer: '7',
			PLZ: '89073',
			Ort: 'Ulm',
			Land: 'Deutschland',
			Telefon: '0731 1234567',
			Mobil: '0170 1234567',
			'E-Mail': 'info@muster.example; buero@muster.example',
			Webseite: 'www.muster.example',
			Kundennummer: 'K-100'
		});
		expect(problems).toEqual([]);
		expect(name).toBe('Muster GmbH');
		expect(draft).toEqual({
			kind: 'organisation',
			name: 'Muster GmbH',
			number: 'K-100',
			roles: [],
			channels: [
				{ type: 'phone', value: '+49 731 1234567' },
				{ type: 'email', value: 'info@muster.example' },
				{ type: 'email', value: 'buero@muster.example' },
				{ type: 'web', value: 'www.muster.example' }
			],
			addresses: [{ purpose: 'main', street: 'Grüner Weg 7', postcode: '89073', city: 'Ulm', country: 'DE' }],
			persons: [
				{
					givenName: 'Erika',
					familyName: 'Muster',
					title: '',
					function: 'Einkauf',
					channels: [{ type: 'mobile', value: '+49 170 1234567' }]
				}
			]
		});
	});

	it('with a person alone is a person, whose function is not lost', () => {
		const { draft } = read({
			Vorname: 'Erika',
			Nachname: 'Muster',
			Funktion: 'Senatorin',
			Mobil: '0170 1234567'
		});
		expect(draft).toMatchObject({
			kind: 'person',
			givenName: 'Erika',
			familyName: 'Muster',
			remarks: 'Funktion: Senatorin',
			channels: [{ type: 'mobile', value: '+49 170 1234567' }],
			persons: []
		});
	});

	it('of a list of persons keeps the company as a remark', () => {
		const row = { Name: 'Dr. Erika Muster' };
		expect(read(row, { kind: 'person' }).draft).toMatchObject({ title: 'Dr.', familyName: 'Muster' });
		const both = { Firma: 'Muster GmbH', Nachname: 'Muster' };
		expect(read(both, { kind: 'person' }).draft).toMatchObject({ remarks: 'Firma: Muster GmbH' });
	});

	it('without a company is named after its person when organisations are wanted', () => {
		expect(read({ Firma: '', Nachname: 'Muster' }, { kind: 'organisation' })).toMatchObject({
			name: 'Muster',
			draft: { kind: 'organisation', name: 'Muster' },
			problems: []
		});
	});

	it('without any name is a problem, an empty one is none', () => {
		expect(kindsOf({ Firma: '', Ort: 'Ulm' })).toEqual(['no-name']);
		expect(readRow(['', ' '], rulesFor(['Firma', 'Ort']))).toEqual({ state: 'empty' });
	});

	it('keeps what it can not read, and says so', () => {
		const { draft, problems, keys } = read({
			Firma: 'Muster GmbH',
			'E-Mail': 'keine',
			Telefon: 'siehe oben',
			Land: 'Atlantis'
		});
		expect(problems).toEqual([
			{ kind: 'phone', heading: 'Telefon', value: 'siehe oben' },
			{ kind: 'email', heading: 'E-Mail', value: 'keine' },
			{ kind: 'country', heading: 'Land', value: 'Atlantis' }
		]);
		expect(draft.channels).toEqual([
			{ type: 'phone', value: 'siehe oben' },
			{ type: 'email', value: 'keine' }
		]);
		expect(draft.remarks).toBe('Land: Atlantis');
		expect(keys).toEqual({ emails: [], phones: [], number: '' });
	});

	it('takes formulas as text, and off what spreadsheets put around a text', () => {
		const { draft, problems } = read({
			Firma: '=HYPERLINK("http://evil.example";"Muster")',
			Kundennummer: '="00123"',
			Telefon: "'+49 731 1234567"
		});
		expect(problems.map(({ kind }) => kind)).toEqual(['formula']);
		expect(draft).toMatchObject({ name: '=HYPERLINK("http://evil.example";"Muster")', number: '00123' });
		expect(draft.channels).toEqual([{ type: 'phone', value: '+49 731 1234567' }]);
	});

	it('says of control characters, endless cells and cells without a column', () => {
		expect(kindsOf({ Firma: 'Mu\0ster' })).toEqual(['control-characters']);
		expect(kindsOf({ Firma: 'M'.repeat(1_000_000) })).toEqual(['too-long', 'no-name']);
		const rules = rulesFor(['Firma']);
		expect(readRow(['Muster', 'mehr'], rules)).toMatchObject({
			problems: [{ kind: 'extra-cells', value: 'mehr' }]
		});
	});

	it('takes postcode and city from one cell', () => {
		expect(read({ Firma: 'M', 'PLZ/Ort': 'D-89073 Ulm (Donau)' }).draft.addresses).toMatchObject([
			{ postcode: '89073', city: 'Ulm (Donau)' }
		]);
		expect(read({ Firma: 'M', 'PLZ/Ort': 'Ulm' }).draft.addresses).toMatchObject([{ city: 'Ulm' }]);
	});
});

describe('a telephone number', () => {
	it.each([
		['DE', '0731 1234567', '+497311234567'],
		['DE', '0049 (0) 731 1234567', '+497311234567'],
		['DE', '497311234567', '+497311234567'],
		['DE', '+43 1 5861231', '+4315861231'],
		['US', '202-224-3441', '+12022243441'],
		['US', '12022243441', '+12022243441'],
		['AT', '01 5861231', '+4315861231']
	] as const)('in %s written as %s is %s', (country, written, key) => {
		expect(new PhoneReader(country).read(written)).toMatchObject({ state: 'valid', key });
	});

	it('that is damaged or none stays as it is', () => {
		for (const written of ['4,97E+11', '12', 'anrufen'])
			expect(new PhoneReader('DE').read(written)).toMatchObject({ state: 'unsure', value: written });
	});
});
