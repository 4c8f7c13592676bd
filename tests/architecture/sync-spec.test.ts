import { describe, expect, it } from 'vitest';
import { listFiles, read, stands } from './source.ts';

/** Numbers of the rules that a text states, as `12. ...` at the start of a line. */
const rulesOf = (markdown: string): number[] =>
	[...markdown.matchAll(/^\*{0,2}(\d{1,2})\./gm)].map((match) => Number(match[1]));

/** Numbers with which the test names of a file start: it('8. a clock gap ...'). */
const numbersOf = (code: string): number[] =>
	[...code.matchAll(/\(\s*['"`](\d{1,2})\. /g)].map((match) => Number(match[1]));

const rules = rulesOf(read('docs/sync-spec.md'));
const tests = ['src', 'sync-server', 'tests']
	.filter(stands)
	.flatMap((folder) => listFiles(folder, ['.test.ts', '.spec.ts', '.soak.ts']))
	.filter((path) => !path.startsWith('tests/architecture/'));

describe('docs/sync-spec.md', () => {
	it('states rules 1 to 32, each once, in order', () => {
		expect(rules).toEqual(Array.from({ length: 32 }, (_, at) => at + 1));
	});

	it('every number that a test carries is a rule', () => {
		const unknown = tests.flatMap((path) =>
			numbersOf(read(path))
				.filter((number) => !rules.includes(number))
				.map((number) => `${path}: ${number}`)
		);
		expect(unknown).toEqual([]);
	});

	it('every rule that is built has a test that carries its number', () => {
		const carried = new Set(tests.flatMap((path) => numbersOf(read(path))));
		expect(builtRules(read('docs/sync-spec.md')).filter((number) => !carried.has(number))).toEqual([]);
	});

	it('reads numbers from names', () => {
		expect(numbersOf(`it('8. a gap', f); it.each(x)('no', f); test("12. y", f); it('3 peers', f)`)).toEqual([
			8, 12
		]);
		expect(rulesOf('1. one\n   2. no\n**3.** yes\n')).toEqual([1, 3]);
	});
});

/** Rules whose text does not begin with `not yet built`. */
function builtRules(markdown: string): number[] {
	return [...markdown.matchAll(/^\*{0,2}(\d{1,2})\.\*{0,2} (.*)$/gm)]
		.filter((match) => !/^\*?not yet built/i.test(match[2] ?? ''))
		.map((match) => Number(match[1]));
}
