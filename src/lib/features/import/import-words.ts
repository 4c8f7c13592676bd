import { m } from '#paraglide/messages.js';
import { formatBytes, formatNumber } from '$lib/ui/format.ts';
import type { FileRefusal } from './csv-text.ts';
import type { PlanCounts } from './decisions.ts';
import type { Delimiter } from './delimiter.ts';
import type { ImportField } from './import-field.ts';
import type { MatchedBy } from './match.ts';
import type { RowProblem, RowProblemKind } from './row-problem.ts';

const FIELDS: Record<ImportField, () => string> = {
	ignore: m.import_field_ignore,
	name: m.import_field_name,
	fullName: m.import_field_full_name,
	title: m.import_field_title,
	givenName: m.import_field_given_name,
	familyName: m.import_field_family_name,
	function: m.import_field_function,
	department: m.import_field_department,
	street: m.import_field_street,
	extra: m.import_field_extra,
	postcode: m.import_field_postcode,
	city: m.import_field_city,
	postcodeCity: m.import_field_postcode_city,
	region: m.import_field_region,
	country: m.import_field_country,
	phone: m.import_field_phone,
	mobile: m.import_field_mobile,
	fax: m.import_field_fax,
	email: m.import_field_email,
	web: m.import_field_web,
	personPhone: m.import_field_person_phone,
	personEmail: m.import_field_person_email,
	number: m.import_field_number,
	vatId: m.import_field_vat_id,
	industry: m.import_field_industry,
	topics: m.import_field_topics,
	remarks: m.import_field_remarks
};

const DELIMITERS: Record<Delimiter, () => string> = {
	';': m.import_delimiter_semicolon,
	',': m.import_delimiter_comma,
	'\t': m.import_delimiter_tab,
	'|': m.import_delimiter_bar
};

const MATCHED: Record<MatchedBy, (inputs: { value: string }) => string> = {
	email: m.import_match_email,
	phone: m.import_match_phone,
	number: m.import_match_number
};

const PROBLEMS: Record<RowProblemKind, (inputs: { heading: string; value: string }) => string> = {
	'no-name': () => m.import_problem_no_name(),
	'broken-quotes': () => m.import_problem_broken_quotes(),
	'too-long': m.import_problem_too_long,
	'extra-cells': m.import_problem_extra_cells,
	email: m.import_problem_email,
	phone: m.import_problem_phone,
	country: m.import_problem_country,
	formula: m.import_problem_formula,
	'control-characters': m.import_problem_control_characters
};

/** Rows that are shown together in the preview. */
export const ROW_GROUPS = ['matches', 'doubled', 'blocked', 'problems', 'new', 'empty'] as const;
export type RowGroup = (typeof ROW_GROUPS)[number];

const GROUPS: Record<RowGroup, (inputs: { shown: string }) => string> = {
	new: m.import_group_new,
	matches: m.import_group_matches,
	doubled: m.import_group_doubled,
	problems: m.import_group_problems,
	blocked: m.import_group_blocked,
	empty: m.import_group_empty
};

const COUNTS: Record<RowGroup, (inputs: { count: number; shown: string }) => string> = {
	new: m.import_count_new,
	matches: m.import_count_matches,
	doubled: m.import_count_doubled,
	problems: m.import_count_problems,
	blocked: m.import_count_blocked,
	empty: m.import_count_empty
};

export const fieldWord = (field: ImportField): string => FIELDS[field]();
export const delimiterWord = (delimiter: Delimiter): string => DELIMITERS[delimiter]();
export const matchWord = (by: MatchedBy, value: string): string => MATCHED[by]({ value });
export const problemWord = (problem: RowProblem): string => PROBLEMS[problem.kind](problem);
export const groupWord = (group: RowGroup, counts: PlanCounts): string =>
	GROUPS[group]({ shown: formatNumber(counts[group]) });
export const countWord = (group: RowGroup, counts: PlanCounts): string =>
	COUNTS[group]({ count: counts[group], shown: formatNumber(counts[group]) });

/** Why a file can't be imported, and what to do. */
export function refusalWord(refusal: FileRefusal): string {
	switch (refusal.reason) {
		case 'empty':
			return m.import_refused_empty();
		case 'not-text':
			return m.import_refused_not_text();
		case 'spreadsheet':
			return m.import_refused_spreadsheet();
		case 'too-large':
			return m.import_refused_too_large({ limit: formatBytes(refusal.limit) });
		case 'too-many-rows':
			return m.import_refused_too_many_rows({ limit: formatNumber(refusal.limit) });
		case 'too-many-columns':
			return m.import_refused_too_many_columns({ limit: formatNumber(refusal.limit) });
	}
}
