import { describe, expect, it } from 'vitest';
import { hueOf, initials } from './colour.ts';

describe('what stands for a person', () => {
	it('is the same colour each time, one of eight', () => {
		const hues = Array.from({ length: 200 }, (_, i) => hueOf(`0190-${i * 7919}`));
		expect(hues).toEqual(Array.from({ length: 200 }, (_, i) => hueOf(`0190-${i * 7919}`)));
		expect(new Set(hues)).toEqual(new Set([0, 1, 2, 3, 4, 5, 6, 7]));
	});

	it.each([
		['Erika Muster', 'EM'],
		['Dr. Ömer von Öztürk', 'DÖ'],
		['alice', 'A'],
		['', '']
	])('initials of %s are %s', (name, letters) => {
		expect(initials(name)).toBe(letters);
	});
});
