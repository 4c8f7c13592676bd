import { afterEach, describe, expect, it, vi } from 'vitest';
import { timeOf } from '#core/model/id.ts';
import { partyRow } from '../party/party-rows.fixture.ts';
import { CAREFUL, chosenRows, countPlan, decisionOf } from './decisions.ts';
import { MemoryTarget, planText } from './import.fixture.ts';
import { pastImports } from './past-import.ts';
import { runImport } from './run-import.ts';

const quiet = (): { signal: AbortSignal; progress: () => void } => ({
	signal: new AbortController().signal,
	progress: () => undefined
});

describe('the plan of an import', () => {
	it('shows what is known already, by number, e-mail and phone, and makes none of it a second time', async () => {
		const parties = [
			partyRow({ name: 'Eins', number: 'k-1' }),
			partyRow({ name: 'Zwei', emails: ['INFO@zwei.example'] }),
			partyRow({ name: 'Drei', phones: ['0731 / 1234567'] })
		];
		const plan = await planText(
			[
				'Kundennummer;Firma;E-Mail;Telefon',
				'K-1;Eins GmbH;;',
				';Zwei GmbH;info@zwei.example;',
				';Drei GmbH;;+49 731 1234567',
				'K-4;Vier GmbH;vier@vier.example;0731 7654321'
			].join('\n'),
			{ parties }
		);
		expect(plan.rows.map((row) => row.state)).toEqual(['matches', 'matches', 'matches', 'new']);
		expect(plan.rows.map((row) => row.state === 'matches' && row.matches)).toEqual([
			[{ what: parties[0]?.party, by: 'number', value: 'k-1' }],
			[{ what: parties[1]?.party, by: 'email', value: 'info@zwei.example' }],
			[{ what: parties[2]?.party, by: 'phone', value: '+497311234567' }],
			false
		]);
		expect(chosenRows(plan, CAREFUL).map(({ name }) => name)).toEqual(['Vier GmbH']);
	});

	it('shows what stands twice in the file, and which row was first', async () => {
		const plan = await planText(
			'Firma;E-Mail\nMuster;info@muster.example\nMax;max@max.example\nMuster GmbH;Info@Muster.example\n'
		);
		expect(plan.rows.at(-1)).toMatchObject({ state: 'doubled', row: 4, of: 2, by: 'email' });
	});

	it('counts all and lets single rows be decided', async () => {
		const plan = await planText(
			'Firma;E-Mail;Umsatz\nA;a@a.example;1\n;;\nB;a@a.example;2\nC;a@a.example;3\n;d@d.example;4\nE;keine;5\n',
			{ parties: [] }
		);
		const decisions = { ...CAREFUL, rows: new Map([[4, 'import' as const]]) };
		expect(countPlan(plan, decisions)).toEqual({
			new: 2,
			matches: 0,
			doubled: 2,
			blocked: 1,
			empty: 1,
			problems: 1,
			import: 3
		});
		expect(countPlan(plan, { ...CAREFUL, doubled: 'import' }).import).toBe(4);
		expect(plan.rows.map((row) => decisionOf(row, decisions))).toEqual([
			'import',
			'skip',
			'import',
			'skip',
			'skip',
			'import'
		]);
		expect(plan.ignoredColumns).toEqual(['Umsatz']);
	});

	it('keeps a row with an open quotation mark out, and says so', async () => {
		const plan = await planText('Firma;Ort\nMuster;Ulm\n"Offen;Ulm\nMax;Ulm\n');
		expect(plan.rows.map((row) => row.state)).toEqual(['new', 'blocked', 'new']);
		expect(plan.rows[1]).toMatchObject({ row: 3, problems: [{ kind: 'broken-quotes' }] });
	});
});

describe('an import', () => {
	const text = ['Firma;Nr', ...Array.from({ length: 450 }, (_, at) => `Muster ${at} GmbH;K-${at}`)].join(
		'\n'
	);

	it('makes all its parties, told by their import, and is undone as a whole', async () => {
		const target = new MemoryTarget();
		const progress = vi.fn();
		const result = await runImport(chosenRows(await planText(text), CAREFUL), target, {
			...quiet(),
			progress
		});
		expect(result).toMatchObject({ state: 'done' });
		expect(progress.mock.calls.map(([done]) => done as number)).toEqual([200, 400, 450]);
		const [past] = pastImports(target.rows);
		expect(past).toMatchObject({ id: result.importId, at: timeOf(result.importId), touched: [] });
		expect(past?.untouched).toHaveLength(450);
		expect(await target.removeMany(result.made)).toBe(450);
		expect(pastImports(target.rows)).toEqual([]);
	});

	it('does nothing twice: a second import of the same file makes no party', async () => {
		const target = new MemoryTarget();
		await runImport(chosenRows(await planText(text), CAREFUL), target, quiet());
		const again = await planText(text, { parties: target.rows });
		expect(chosenRows(again, CAREFUL)).toEqual([]);
	});

	it('that is cancelled says how many it made, all of them whole', async () => {
		const target = new MemoryTarget();
		const stop = new AbortController();
		const result = await runImport(chosenRows(await planText(text), CAREFUL), target, {
			signal: stop.signal,
			progress: (done) => done >= 200 && stop.abort()
		});
		expect(result.state).toBe('cancelled');
		expect(result.made).toEqual([...target.documents.keys()]);
		expect(result.made).toHaveLength(200);
	});

	it('that the disk refuses says why, and what was made before', async () => {
		const target = new MemoryTarget();
		const full = new Error('disk full');
		const write = target.writeMany.bind(target);
		vi.spyOn(target, 'writeMany').mockImplementation((parties, id) =>
			target.documents.size < 200 ? write(parties, id) : Promise.reject(full)
		);
		const result = await runImport(chosenRows(await planText(text), CAREFUL), target, quiet());
		expect(result).toMatchObject({ state: 'failed', error: full });
		expect(result.made).toHaveLength(200);
	});
});

describe('past imports', () => {
	afterEach(() => vi.restoreAllMocks());

	it('keep apart the parties in which somebody has written', async () => {
		const target = new MemoryTarget();
		await runImport(chosenRows(await planText('Firma\nEins\nZwei\n'), CAREFUL), target, quiet());
		const [one, two] = target.rows;
		if (!one || !two) throw new Error('two parties were imported');
		const touched = { ...one, facts: { ...one.facts, touched: true as const } };
		expect(pastImports([touched, two, partyRow({ name: 'Hand' })])).toMatchObject([
			{ untouched: [two], touched: [touched] }
		]);
	});
});

it('10,000 rows are planned and built in well under 30 seconds, the plan in slices', async () => {
	const rows = Array.from(
		{ length: 10_000 },
		(_, at) =>
			`K-${at};Muster ${at} GmbH;Erika;Muster${at};Weg ${at};89073;Ulm;Deutschland;0731 ${1_000_000 + at};e${at}@muster.example`
	);
	const text = `Kundennummer;Firma;Vorname;Nachname;Straße;PLZ;Ort;Land;Telefon;E-Mail\n${rows.join('\n')}`;
	const target = new MemoryTarget();
	const began = performance.now();
	const plan = await planText(text);
	const planned = performance.now();
	const result = await runImport(chosenRows(plan, CAREFUL), target, quiet());
	const built = performance.now();
	console.info(
		`10,000 rows: planned in ${Math.round(planned - began)} ms, built in ${Math.round(built - planned)} ms`
	);
	expect(result.made).toHaveLength(10_000);
	expect(built - began).toBeLessThan(30_000);
}, 60_000);
