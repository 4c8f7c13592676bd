import type { PartyDraft } from '#core/documents/new-party.ts';
import type { PartyRow } from '#core/documents/row.ts';
import type { PartyId } from '#core/model/id.ts';
import { Known, knownParties, type Found, type MatchedBy } from './match.ts';
import { readRow, type RowRules } from './row-draft.ts';
import { isBlocking, type RowProblem } from './row-problem.ts';
import { inSlices } from './slices.ts';

/** A row that could become a party. */
export type Candidate = {
	/** As a spreadsheet numbers it, beginning with 1. */
	row: number;
	name: string;
	draft: PartyDraft;
	problems: RowProblem[];
};

/** What an import would do with one row. */
export type PlannedRow =
	| { state: 'empty'; row: number }
	| { state: 'blocked'; row: number; name: string; problems: RowProblem[] }
	| ({ state: 'new' } & Candidate)
	/** Parties that are in Rapport already and share an e-mail, a phone or the number. */
	| ({ state: 'matches'; matches: Found<PartyId>[] } & Candidate)
	/** An earlier row of the file that does. */
	| ({ state: 'doubled'; of: number; by: MatchedBy; value: string } & Candidate);

/** The effect of an import, before anything is written. */
export type ImportPlan = { rows: PlannedRow[]; ignoredColumns: string[] };

export type PlanInput = {
	/** Rows of data, without the headings. */
	rows: readonly (readonly string[])[];
	/** The number of the first of them in the file. */
	firstRow: number;
	/** Numbers of rows whose quotation marks don't fit. */
	broken: ReadonlySet<number>;
	rules: RowRules;
	parties: readonly PartyRow[];
};

/** Plans an import without writing anything, in slices. Throws the reason of `signal` when it is aborted. */
export async function planImport(
	input: PlanInput,
	options: { signal?: AbortSignal; progress?: (done: number) => void } = {}
): Promise<ImportPlan> {
	const { rules } = input;
	const parties = await knownParties(input.parties, rules.phones, options.signal);
	const earlier = new Known<number>();
	const rows: PlannedRow[] = [];
	await inSlices(
		input.rows,
		(cells, index) => rows.push(planRow(cells, input.firstRow + index, input, parties, earlier)),
		options
	);
	const ignoredColumns = rules.headings.filter((_, at) => (rules.mapping[at] ?? 'ignore') === 'ignore');
	return { rows, ignoredColumns };
}

function planRow(
	cells: readonly string[],
	row: number,
	{ rules, broken }: PlanInput,
	parties: Known<PartyId>,
	earlier: Known<number>
): PlannedRow {
	const read = readRow(cells, rules);
	if (read.state === 'empty') return { state: 'empty', row };
	const { name, draft, keys } = read;
	const problems = broken.has(row)
		? [...read.problems, { kind: 'broken-quotes' as const, heading: '', value: '' }]
		: read.problems;
	if (problems.some(isBlocking)) return { state: 'blocked', row, name, problems };
	const candidate: Candidate = { row, name, draft, problems };
	const matches = parties.find(keys);
	const [double] = earlier.find(keys);
	earlier.add(keys, row);
	if (matches.length > 0) return { state: 'matches', ...candidate, matches };
	if (double) return { state: 'doubled', ...candidate, of: double.what, by: double.by, value: double.value };
	return { state: 'new', ...candidate };
}
