import { describe, expect, it } from 'vitest';
import { anchorAt, offsetOf } from './scroll-anchor.ts';

const ROW = 44;
const keyOf = (name: string): string => name;
const list = ['Adler', 'Berger', 'Claußen', 'Dorn', 'Engel'];

describe('what is being read stays in place', () => {
	it('when a row comes in above', () => {
		const anchor = anchorAt(list, keyOf, ROW, 2 * ROW + 10);
		expect(anchor).toEqual({ key: 'Claußen', index: 2, above: 10 });
		if (!anchor) return;
		expect(offsetOf(['Aalen', ...list], keyOf, ROW, anchor)).toBe(3 * ROW + 10);
	});

	it('when rows above go away', () => {
		const anchor = { key: 'Dorn', index: 3, above: 0 };
		expect(offsetOf(['Dorn', 'Engel'], keyOf, ROW, anchor)).toBe(0);
	});

	it('near where it was when the row itself is gone', () => {
		const anchor = { key: 'Dorn', index: 3, above: 5 };
		expect(offsetOf(['Adler', 'Berger', 'Claußen', 'Engel'], keyOf, ROW, anchor)).toBe(3 * ROW + 5);
		expect(offsetOf(['Adler'], keyOf, ROW, anchor)).toBe(5);
	});

	it('but at the very top new rows show', () => {
		expect(anchorAt(list, keyOf, ROW, 0)).toBeUndefined();
	});
});
