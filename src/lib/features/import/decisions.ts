import type { Candidate, ImportPlan, PlannedRow } from './plan.ts';

export type Decision = 'skip' | 'import';

/** What the user has decided for rows that are known already: for all of a kind, and for single ones. */
export type Decisions = { matches: Decision; doubled: Decision; rows: ReadonlyMap<number, Decision> };

/** Nothing is doubled unless somebody says so. */
export const CAREFUL: Decisions = { matches: 'skip', doubled: 'skip', rows: new Map() };

/** What happens to a row. */
export function decisionOf(planned: PlannedRow, decisions: Decisions): Decision {
	switch (planned.state) {
		case 'empty':
		case 'blocked':
			return 'skip';
		case 'new':
			return 'import';
		case 'matches':
		case 'doubled':
			return decisions.rows.get(planned.row) ?? decisions[planned.state];
	}
}

/** The rows that become parties, in the order of the file. */
export const chosenRows = (plan: ImportPlan, decisions: Decisions): Candidate[] =>
	plan.rows.filter(
		(planned): planned is Extract<PlannedRow, Candidate> => decisionOf(planned, decisions) === 'import'
	);

export type PlanCounts = Record<PlannedRow['state'] | 'problems' | 'import', number>;

/** How many rows there are of each kind. 'problems' counts rows that are not blocked but have a remark. */
export function countPlan(plan: ImportPlan, decisions: Decisions): PlanCounts {
	const counts: PlanCounts = { new: 0, matches: 0, doubled: 0, blocked: 0, empty: 0, problems: 0, import: 0 };
	for (const planned of plan.rows) {
		counts[planned.state]++;
		if (hasRemark(planned)) counts.problems++;
		if (decisionOf(planned, decisions) === 'import') counts.import++;
	}
	return counts;
}

/** The rows of one group of the preview. */
export const rowsOf = (plan: ImportPlan, group: PlannedRow['state'] | 'problems'): PlannedRow[] =>
	plan.rows.filter((planned) => (group === 'problems' ? hasRemark(planned) : planned.state === group));

const hasRemark = (planned: PlannedRow): boolean =>
	planned.state !== 'empty' && planned.state !== 'blocked' && planned.problems.length > 0;
