import { describe, expect, it } from 'vitest';
import type { PartyRow } from '#core/documents/row.ts';
import { FixedRows, partyRow } from './party-rows.fixture.ts';
import { PartyList } from './party-list.ts';

const muster = partyRow({
	name: 'Müller & Söhne GmbH',
	city: 'Gießen',
	number: 'K-10023',
	emails: ['einkauf@mueller-soehne.example'],
	phones: ['+49 (0) 641 / 12 34-56'],
	persons: ['Dr. Erika Weiß'],
	lastEntryAt: 5
});
const adler = partyRow({ name: 'Adler Apotheke', city: 'Köln', lastEntryAt: 9 });
const oezel = partyRow({ name: 'Özel Transporte', city: 'Ulm', lastEntryAt: 7 });
const open = (...rows: PartyRow[]): { rows: FixedRows; list: PartyList } => {
	const kept = new FixedRows(rows);
	return { rows: kept, list: new PartyList(kept) };
};
const names = (rows: readonly PartyRow[]): string[] => rows.map((row) => row.facts.name);

describe('the party list', () => {
	it.each([
		['müller'],
		['MUELLER'],
		['muller'],
		['giessen'],
		['gießen soehne'],
		['10023'],
		['einkauf@mueller'],
		['weiss'],
		['erika giess'],
		['0641 123456'],
		['+49641/1234'],
		['641 12 34']
	])('finds Müller & Söhne by "%s"', (typed) => {
		const { list } = open(adler, muster, oezel);
		expect(names(list.find(typed, 'name'))).toEqual(['Müller & Söhne GmbH']);
	});

	it('finds nothing by a word that stands nowhere', () => {
		const { list } = open(adler, muster);
		expect(list.find('müller köln', 'name')).toEqual([]);
	});

	it('sorts by name with umlauts in their place, and by last entry', () => {
		const { list } = open(oezel, muster, adler);
		expect(names(list.find('', 'name'))).toEqual([
			'Adler Apotheke',
			'Müller & Söhne GmbH',
			'Özel Transporte'
		]);
		expect(names(list.find('', 'lastEntry'))).toEqual([
			'Adler Apotheke',
			'Özel Transporte',
			'Müller & Söhne GmbH'
		]);
	});

	it('gives the same array until something changes, and another one then', () => {
		const { rows, list } = open(adler, muster);
		const before = list.find('', 'name');
		expect(list.find('', 'name')).toBe(before);
		rows.put(partyRow({ name: 'Berger' }));
		expect(names(list.find('', 'name'))).toEqual(['Adler Apotheke', 'Berger', 'Müller & Söhne GmbH']);
		expect(names(before)).toEqual(['Adler Apotheke', 'Müller & Söhne GmbH']);
	});

	it('follows a party that is renamed, one that goes, and one that comes, in both orders', () => {
		const { rows, list } = open(adler, muster, oezel);
		list.find('', 'name');
		list.find('', 'lastEntry');
		rows.put({ ...adler, facts: { ...adler.facts, name: 'Zander', lastEntryAt: 1 } });
		rows.drop(oezel.party);
		rows.put(partyRow({ name: 'Berger', lastEntryAt: 3 }));
		expect(names(list.find('', 'name'))).toEqual(['Berger', 'Müller & Söhne GmbH', 'Zander']);
		expect(names(list.find('', 'lastEntry'))).toEqual(['Müller & Söhne GmbH', 'Berger', 'Zander']);
		expect(list.size).toBe(3);
	});

	it('agrees with a list built anew after 300 changes, whatever was typed before', () => {
		const seed = 7;
		let state = seed;
		const next = (below: number): number => {
			state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
			return (state >> 8) % below;
		};
		const made = Array.from({ length: 60 }, (_, i) =>
			partyRow({ name: `Firma ${i % 7} ${i}`, lastEntryAt: i % 5, phones: [`0641 ${i}00`] })
		);
		const { rows, list } = open(...made.slice(0, 30));
		for (let step = 0; step < 300; step++) {
			const row = made[next(made.length)];
			if (!row) continue;
			if (next(3) === 0) rows.drop(row.party);
			else
				rows.put({ ...row, facts: { ...row.facts, name: `Firma ${next(9)} ${step}`, lastEntryAt: next(6) } });
			for (const typed of ['', 'f', 'firma', 'firma 3', '6', '64', '641', '641 2', '641 20']) {
				const sort = next(2) === 0 ? 'name' : 'lastEntry';
				const anew = new PartyList(rows);
				expect(list.find(typed, sort), `seed ${seed}, step ${step}, "${typed}"`).toEqual(
					anew.find(typed, sort)
				);
				anew.destroy();
			}
		}
	});
});
