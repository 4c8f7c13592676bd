import * as Y from 'yjs';
import { describe, expect, it, vi } from 'vitest';
import { FieldReader, type Fields, type Parsed } from '../model/fields.ts';
import { compareText } from '../model/rank.ts';
import { FlatTable } from './flat-table.ts';
import { NestedTable } from './nested-table.ts';
import type { Table } from './table.ts';

type City = { id: string; name: string };
const SHAPE = {
	parse(id: string, fields: Fields): Parsed<City> {
		const read = new FieldReader(fields);
		return read.result({ id, name: read.text('name') });
	},
	compare: (a: City, b: City) => compareText(a.name, b.name)
};

const LAYOUTS: [string, (doc: Y.Doc) => Table<City>][] = [
	['nested', (doc) => new NestedTable(doc, 'cities', SHAPE)],
	['flat', (doc) => new FlatTable(doc, 'cities', SHAPE)]
];

describe.each(LAYOUTS)('a %s table', (_, open) => {
	it('adds, sets, lists in order and removes rows', () => {
		const table = open(new Y.Doc());
		table.add('u', { name: 'Ulm' });
		table.add('b', { name: 'Berlin' });
		expect(table.list().map((city) => city.name)).toEqual(['Berlin', 'Ulm']);
		expect(table.set('b', 'name', 'Wismar')).toBe(true);
		expect(table.list().map((city) => city.name)).toEqual(['Ulm', 'Wismar']);
		expect(table.set('nowhere', 'name', 'x')).toBe(false);
		table.remove('u');
		expect([table.has('u'), table.get('u'), table.list().length]).toEqual([false, undefined, 1]);
	});

	it('tells what changed, keeps the identity of all other rows, and stops telling', () => {
		const doc = new Y.Doc();
		const table = open(doc);
		table.add('u', { name: 'Ulm' });
		table.add('b', { name: 'Berlin' });
		const listener = vi.fn();
		const stop = table.observe(listener);
		const before = table.get('b');
		const copy = new Y.Doc();
		Y.applyUpdate(copy, Y.encodeStateAsUpdate(doc));
		open(copy).set('u', 'name', 'Neu-Ulm');
		Y.applyUpdate(doc, Y.encodeStateAsUpdate(copy));
		expect(listener.mock.calls).toEqual([[new Map([['u', new Set(['name'])]])]]);
		expect(table.get('u')?.name).toBe('Neu-Ulm');
		expect(table.get('b')).toBe(before);
		stop();
		table.set('u', 'name', 'Ulm');
		expect(listener).toHaveBeenCalledTimes(1);
	});

	it('keeps what it does not know and does not write an equal value again', () => {
		const doc = new Y.Doc();
		const table = open(doc);
		table.add('u', { name: 'Ulm', mayor: 'Gunter' });
		const before = Y.encodeStateVector(doc);
		table.set('u', 'name', 'Ulm');
		expect(Y.encodeStateVector(doc)).toEqual(before);
		table.set('u', 'name', 'Neu-Ulm');
		expect(table.value('u', 'mayor')).toBe('Gunter');
	});

	it('keeps a row that it cannot read and lists it', () => {
		const doc = new Y.Doc();
		const table = open(doc);
		table.add('u', { name: 7 });
		doc.getMap('cities').set('broken/name', new Y.Array());
		expect(table.list()).toEqual([]);
		expect(table.unreadable()).toHaveLength(2);
		expect(doc.getMap('cities').size).toBe(2);
	});

	it('takes __proto__ as an id and a key like any other', () => {
		const table = open(new Y.Doc());
		table.add('__proto__', new Map([['__proto__', 'x']]));
		expect(table.value('__proto__', '__proto__')).toBe('x');
		expect(table.has('constructor')).toBe(false);
		expect(({} as { name?: string }).name).toBeUndefined();
	});
});

describe('two devices that make the same row without knowing of each other', () => {
	const meet = (open: (doc: Y.Doc) => Table<City>): Table<City>[] => {
		const [a, b] = [new Y.Doc(), new Y.Doc()];
		const tables = [open(a), open(b)];
		tables[0]?.add('u', { name: 'Ulm', river: 'Donau' });
		tables[1]?.add('u', { name: 'Ulm', country: 'DE' });
		Y.applyUpdate(a, Y.encodeStateAsUpdate(b));
		Y.applyUpdate(b, Y.encodeStateAsUpdate(a));
		return tables;
	};

	it('merge key by key when it is flat', () => {
		for (const table of meet((doc) => new FlatTable(doc, 'cities', SHAPE)))
			expect([table.value('u', 'river'), table.value('u', 'country')]).toEqual(['Donau', 'DE']);
	});

	it('lose one when it is nested, which is why derived ids are flat', () => {
		for (const table of meet((doc) => new NestedTable(doc, 'cities', SHAPE)))
			expect([table.value('u', 'river'), table.value('u', 'country')]).toContain(undefined);
	});
});

it('a flat table splits at the last slash: derived ids may hold slashes', () => {
	const table = new FlatTable(new Y.Doc(), 'cities', SHAPE);
	table.add('<a/b@mail.example>', { name: 'Ulm' });
	expect(table.list()).toEqual([{ id: '<a/b@mail.example>', name: 'Ulm' }]);
	expect(() => table.add('x', { 'a/b': 1 })).toThrow('no slash');
});
