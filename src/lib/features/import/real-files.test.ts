import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { CAREFUL, chosenRows, countPlan } from './decisions.ts';
import { decodeText } from './csv-text.ts';
import { MemoryTarget, planText } from './import.fixture.ts';
import { runImport } from './run-import.ts';

const FOLDER = new URL('../../../../../shared/data/csv/', import.meta.url);
const isThere = existsSync(FOLDER);
if (!isThere) console.info(`The real CSV files are not here (${FOLDER.pathname}): their tests are left out.`);

const textOf = (name: string): string => {
	const decoded = decodeText(readFileSync(new URL(name, FOLDER)));
	if (decoded.state === 'refused') throw new Error(decoded.reason);
	return decoded.text;
};
const imported = async (
	name: string
): Promise<{ target: MemoryTarget; counts: unknown; mapping: unknown }> => {
	const plan = await planText(textOf(name), { country: 'US' });
	const target = new MemoryTarget();
	await runImport(chosenRows(plan, CAREFUL), target, {
		signal: new AbortController().signal,
		progress: () => undefined
	});
	return { target, counts: countPlan(plan, CAREFUL), mapping: plan.rules.mapping };
};

/** Declared only when the files are there: a test that is left out must not look like one that passed. */
const tryThem = (): void => {
	describe('real files', () => {
		it('companies.csv: 503 organisations, named by the column that reads like names', async () => {
			const { target, counts } = await imported('companies.csv');
			expect(counts).toMatchObject({ new: 503, matches: 0, doubled: 0, blocked: 0, empty: 0, problems: 0 });
			expect(target.rows[0]?.facts).toMatchObject({
				name: '3M',
				kind: 'organisation',
				city: 'Saint Paul, Minnesota'
			});
		});

		it('people.csv: 537 persons with number, phone and web', async () => {
			const { target, counts, mapping } = await imported('people.csv');
			expect(counts).toMatchObject({ new: 537, doubled: 0, blocked: 0, problems: 0 });
			expect(mapping).toEqual([
				'number',
				'givenName',
				'familyName',
				'ignore',
				'function',
				'region',
				'ignore',
				'phone',
				'street',
				'web'
			]);
			expect(target.rows[0]?.facts).toMatchObject({
				name: 'Maria Cantwell',
				kind: 'person',
				number: 'C000127',
				phones: ['+1 202 224 3441']
			});
		});

		it('offices.csv: German headings, semicolons; offices that share a phone are shown, not doubled', async () => {
			const { target, counts } = await imported('offices.csv');
			expect(counts).toMatchObject({ new: 1_236, doubled: 76, blocked: 0, problems: 0 });
			expect(target.rows).toHaveLength(1_236);
			expect(target.rows[0]?.facts).toMatchObject({
				name: 'Office of Robert Aderholt, Cullman',
				city: 'Cullman',
				persons: ['Robert Aderholt'],
				phones: ['+1 256 734 6043']
			});
		});

		it('are not made again when the same file comes a second time', async () => {
			const { target } = await imported('people.csv');
			const again = await planText(textOf('people.csv'), { country: 'US', parties: target.rows });
			expect(countPlan(again, CAREFUL)).toMatchObject({ matches: 537, import: 0 });
		});
	});
};

if (isThere) tryThem();
else
	it('the real files are not here: nothing was tried with them', () => {
		expect(isThere).toBe(false);
	});
