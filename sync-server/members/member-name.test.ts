import { expect, it } from 'vitest';
import { cleanName } from './member-name.ts';

it.each([
	['  Änne \t Müller\n', 'Änne Müller'],
	['Bob\u202Enimda', 'Bobnimda'],
	['\u200B\u0000', undefined],
	['', undefined],
	['A\uD800', 'A\uFFFD'],
	['x'.repeat(200), 'x'.repeat(80)],
	['👩‍🔧'.repeat(2), '👩‍🔧'.repeat(2)]
])('cleans %j', (name, cleaned) => {
	expect(cleanName(name)).toBe(cleaned);
});
