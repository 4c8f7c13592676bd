/** What is wrong with a row, with the column's heading and the cell where there is one. */
export type RowProblem = {
	kind: RowProblemKind;
	heading: string;
	value: string;
};

/** 'blocks': the row can't be imported. 'kept': it is, and the value stays as it was written. */
const EFFECTS = {
	'no-name': 'blocks',
	'broken-quotes': 'blocks',
	'too-long': 'blocks',
	'extra-cells': 'kept',
	email: 'kept',
	phone: 'kept',
	country: 'kept',
	formula: 'kept',
	'control-characters': 'kept'
} as const;
export type RowProblemKind = keyof typeof EFFECTS;

export const isBlocking = (problem: RowProblem): boolean => EFFECTS[problem.kind] === 'blocks';
