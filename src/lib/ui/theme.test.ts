import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const css = readFileSync(new URL('./theme.css', import.meta.url), 'utf8');

/** The colours of one theme, by token. */
function tokens(selector: string): Map<string, string> {
	const block = css.slice(css.indexOf(`${selector} {`), css.indexOf('}', css.indexOf(`${selector} {`)));
	return new Map(
		[...block.matchAll(/--([a-z-]+): (#[0-9a-f]{6})/g)].map(([, name = '', hex = '']) => [name, hex])
	);
}

const linear = (part: number): number => (part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);

/** Relative luminance as WCAG 2.2 defines it. */
function luminance(hex: string): number {
	const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) =>
		linear(Number.parseInt(hex.slice(at, at + 2), 16) / 255)
	);
	return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(one: string, other: string): number {
	const [light = 0, dark = 0] = [luminance(one), luminance(other)].sort((a, b) => b - a);
	return (light + 0.05) / (dark + 0.05);
}

const GROUNDS = ['canvas', 'surface', 'sunken', 'hover'];
const TEXT: [string, string[]][] = [
	['ink', [...GROUNDS, 'raised', 'warn-soft', 'danger-soft', 'accent-soft']],
	['ink-soft', [...GROUNDS, 'warn-soft']],
	['ink-faint', GROUNDS],
	['accent', ['surface', 'canvas', 'accent-soft', 'warn-soft']],
	['ok', ['surface', 'ok-soft', 'warn-soft', 'sunken']],
	['warn', ['surface', 'warn-soft']],
	['danger', ['surface', 'danger-soft']],
	['on-accent', ['accent', 'accent-strong']]
];

describe.each([
	['light', ':root'],
	['dark', ":root[data-theme='dark']"]
])('the %s theme', (_name, selector) => {
	const theme = tokens(selector);
	const colour = (token: string): string => theme.get(token) ?? `no ${token}`;
	const pairs = TEXT.flatMap(([text, grounds]) => grounds.map((ground) => [text, ground] as const));

	it.each(pairs)('%s can be read on %s', (text, ground) => {
		expect(contrast(colour(text), colour(ground))).toBeGreaterThanOrEqual(4.5);
	});

	it.each(['surface', 'canvas'])('the border of a field can be seen on %s', (ground) => {
		expect(contrast(colour('field'), colour(ground))).toBeGreaterThanOrEqual(3);
	});
});

describe('the colours of people', () => {
	const hues = [...css.matchAll(/--hue: (#[0-9a-f]{6})/g)].map(([, hex = '']) => hex);

	it('are eight, and their letters can be read', () => {
		expect(hues).toHaveLength(8);
		expect(hues.filter((hue) => contrast(hue, '#ffffff') < 4.5)).toEqual([]);
	});
});
