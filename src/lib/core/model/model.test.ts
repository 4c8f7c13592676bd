import { describe, expect, it } from 'vitest';
import { emailKey, isEmail } from './email.ts';
import { fold, foldLong, matchesFolded, searchText } from './fold.ts';
import { newId, timeOf, type PersonId } from './id.ts';
import { partyName, personName } from './name.ts';
import { isDialable, phoneKey } from './phone.ts';
import { rankOf } from './rank.ts';

describe('names', () => {
	const erika = { title: 'Dr.', givenName: ' Erika ', familyName: 'Muster' };

	it('leave no gaps', () => {
		expect(personName(erika)).toBe('Dr. Erika Muster');
		expect(personName({ ...erika, title: '', givenName: '' })).toBe('Muster');
	});

	it('are those of the kind, or else whatever there is', () => {
		const both = { ...erika, name: 'Muster GmbH' };
		expect(partyName({ kind: 'organisation', ...both })).toBe('Muster GmbH');
		expect(partyName({ kind: 'person', ...both })).toBe('Dr. Erika Muster');
		expect(partyName({ kind: 'organisation', ...both, name: ' ' })).toBe('Dr. Erika Muster');
		expect(partyName({ kind: 'person', title: '', givenName: '', familyName: '', name: '' })).toBe('');
	});
});

describe('searching', () => {
	it.each([
		['Müller & Söhne', 'muller & sohne', 'mueller & soehne'],
		['Straße  7', 'strasse 7', 'strasse 7'],
		['ÅSTRÖM Łódź Ærø', 'astrom lodz aero', 'astroem lodz aero'],
		['İstanbul ﬁn', 'istanbul fin', 'istanbul fin']
	])('folds %s', (text, short, long) => {
		expect([fold(text), foldLong(text)]).toEqual([short, long]);
	});

	it.each(['müller', 'Mueller', 'MULLER', 'mul', 'Söhne muell', 'strasse', 'straße'])(
		'finds by %s',
		(query) => {
			expect(matchesFolded(searchText('Müller & Söhne, Straße 7'), query)).toBe(true);
		}
	);

	it.each(['müller', 'Mueller', 'soehne', 'Söhne', 'straße'])('finds the long form by %s', (query) => {
		expect(matchesFolded(searchText('Mueller & Soehne, Strasse 7'), query)).toBe(true);
	});

	it('does not find what is not there', () => {
		expect(matchesFolded(searchText('Müller & Söhne'), 'Müller Ulm')).toBe(false);
	});
});

it.each([
	['+49 (0) 731 / 12-34', '+497311234'],
	['0049 731 1234', '+497311234'],
	['tel:+49-731-1234', '+497311234'],
	['(0731) 12 34', '07311234'],
	['256-734-6043 ext. 12', '2567346043'],
	['０７３１', '0731'],
	['unbekannt', ''],
	['', '']
])('the digits of %s are %s', (written, key) => {
	expect(phoneKey(written)).toBe(key);
});

it('knows what could be dialled', () => {
	expect(['0731 1234', '110', '+1 202 224 3441'].every(isDialable)).toBe(true);
	expect(['siehe Mobil 0170', '12', '', '1'.repeat(21)].some(isDialable)).toBe(false);
});

it('knows what looks like an e-mail address', () => {
	expect(emailKey(' mailto:Info@Muster.Example ')).toBe('info@muster.example');
	expect(['a@b.example', 'ö.muster+x@sub.müller.example'].every(isEmail)).toBe(true);
	for (const wrong of ['', 'a@b', 'a b@c.de', 'a@b..de', '@b.de', 'a@b.de, c@d.de', 'a@b.de\n'.repeat(2)])
		expect([wrong, isEmail(wrong)]).toEqual([wrong, false]);
});

it('ranks rows by the time of their ids, in keys of equal length', () => {
	const ids = [newId<PersonId>(), '0198a8a0-0000-7000-8000-000000000000' as PersonId];
	const byTime = [...ids].sort((a, b) => timeOf(a) - timeOf(b));
	const byRank = [...ids].sort((a, b) => (rankOf(a) < rankOf(b) ? -1 : 1));
	expect(byRank).toEqual(byTime);
	expect(rankOf(ids[0] as PersonId)).toMatch(/^g[0-9A-Za-z]{7}$/);
});
