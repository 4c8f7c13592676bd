import { describe, expect, it } from 'vitest';
import { rowStep } from './row-step.ts';

describe('walking the list by keyboard', () => {
	it('goes from the filter into the list and back', () => {
		expect(rowStep('ArrowDown', 0, 5, true)).toBe(0);
		expect(rowStep('ArrowUp', 0, 5, false)).toBe(-1);
		expect(rowStep('Escape', 3, 5, false)).toBe(-1);
	});

	it('stays within the list', () => {
		expect(rowStep('ArrowDown', 4, 5, false)).toBe(4);
		expect(rowStep('PageUp', 3, 50, false)).toBe(0);
		expect(rowStep('End', 0, 50, false)).toBe(49);
	});

	it('leaves all other keys to the filter and the browser', () => {
		expect(rowStep('Home', 0, 5, true)).toBeUndefined();
		expect(rowStep('Enter', 0, 5, false)).toBeUndefined();
		expect(rowStep('ArrowDown', 0, 0, true)).toBeUndefined();
	});
});
