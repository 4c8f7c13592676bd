import { describe, expect, it } from 'vitest';
import { fieldOfHeading } from './heading.ts';
import { splitFullName } from './full-name.ts';
import { hasHeadings, proposeMapping } from './propose-mapping.ts';

describe('the field that a heading names', () => {
	it.each([
		['Firma', 'name'],
		['Vorname', 'givenName'],
		['NACHNAME', 'familyName'],
		['Straße', 'street'],
		['Straße / Hausnr.', 'street'],
		['PLZ', 'postcode'],
		['PLZ/Ort', 'postcodeCity'],
		['Ort', 'city'],
		['Land', 'country'],
		['Telefon', 'phone'],
		['Telefon geschäftlich', 'phone'],
		['Mobiltelefon', 'mobile'],
		['Fax geschäftlich', 'fax'],
		['E-Mail', 'email'],
		['E-Mail-Adresse (privat)', 'email'],
		['Webseite', 'web'],
		['Kunden-Nr.', 'number'],
		['Ansprechpartner', 'fullName'],
		['USt-IdNr.', 'vatId'],
		['Bemerkungen', 'remarks'],
		['company', 'name'],
		['Company Name', 'name'],
		['first_name', 'givenName'],
		['last_name', 'familyName'],
		['street', 'street'],
		['zip', 'postcode'],
		['Business Phone', 'phone'],
		['Mobile', 'mobile'],
		['emailAddress', 'email'],
		['Job Title', 'function'],
		['Geburtstag', undefined],
		['Umsatz', undefined],
		['', undefined]
	])('%s is %s', (heading, field) => {
		expect(fieldOfHeading(heading)).toBe(field);
	});
});

describe('the proposed mapping', () => {
	it.each([
		[
			['Name', 'Ort'],
			['name', 'city']
		],
		[
			['Vorname', 'Name'],
			['givenName', 'familyName']
		],
		[
			['Firma', 'Name'],
			['name', 'fullName']
		]
	])('of %j is %j', (headings, mapping) => {
		expect(proposeMapping(headings, [])).toEqual(mapping);
	});

	it('recognises addresses by what stands in a column that has no telling heading', () => {
		const rows = [
			['info@muster.example', 'https://muster.example', 'Muster GmbH', '7'],
			['max@moritz.example', 'www.moritz.example', 'Max und Moritz', '8']
		];
		expect(proposeMapping(['a', 'b', 'c', 'd'], rows)).toEqual(['email', 'web', 'name', 'ignore']);
	});

	it('knows a first row of data from one of headings', () => {
		expect(hasHeadings([['Firma', 'Ort']])).toBe(true);
		expect(hasHeadings([['Muster GmbH', 'info@muster.example']])).toBe(false);
		expect(
			hasHeadings([
				['Symbol', 'Wert'],
				['A', '1']
			])
		).toBe(true);
		expect(
			hasHeadings([
				['Muster GmbH', '89073'],
				['Max', '89077']
			])
		).toBe(false);
	});
});

it.each([
	['Erika Muster', '', 'Erika', 'Muster'],
	['Dr. Erika Muster', 'Dr.', 'Erika', 'Muster'],
	['Herr Prof. Dr. Max von Moritz', 'Prof. Dr.', 'Max', 'von Moritz'],
	['Dr.-Ing. Max Moritz', 'Dr.-Ing.', 'Max', 'Moritz'],
	['Frau Muster', '', '', 'Muster'],
	['Muster, Erika', '', 'Erika', 'Muster'],
	['Anna Maria Muster', '', 'Anna Maria', 'Muster'],
	['Ingrid Nathan', '', 'Ingrid', 'Nathan'],
	['H. Müller', '', 'H.', 'Müller'],
	['Prof. Dr. h. c. Erika Muster', 'Prof. Dr. h.c.', 'Erika', 'Muster'],
	['Dr. med. C. Muster', 'Dr. med.', 'C.', 'Muster'],
	['Dipl.-Ing. (FH) Max Moritz', 'Dipl.-Ing. (FH)', 'Max', 'Moritz'],
	['Drew Barry', '', 'Drew', 'Barry'],
	['', '', '', '']
])('%s has its parts', (text, title, givenName, familyName) => {
	expect(splitFullName(text)).toEqual({ title, givenName, familyName });
});
