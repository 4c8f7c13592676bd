import type { Bench, Goal, Results } from './bench.ts';
import { labelOf } from './target.ts';

const figure = (value: number | undefined, digits: number): string =>
	value === undefined || Number.isNaN(value) ? '-' : value.toFixed(digits);

/** One bench as Markdown: a table of medians and, below, each goal with whether it is met. */
export function toMarkdown(bench: Bench, results: Results, goals: readonly Goal[]): string {
	const rows = [
		['', ...bench.columns.map((column) => column.title)],
		...[...results].map(([name, figures]) => [
			labelOf(name),
			...bench.columns.map(({ key, digits }) => figure(figures[key], digits))
		])
	];
	const widths = rows[0]?.map((_, at) => Math.max(...rows.map((row) => row[at]?.length ?? 0))) ?? [];
	const lines = rows.map(
		(row) =>
			`| ${row.map((cell, at) => (at === 0 ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0))).join(' | ')} |`
	);
	const rule = `| ${widths.map((width, at) => (at === 0 ? '-'.repeat(width) : '-'.repeat(width - 1) + ':')).join(' | ')} |`;
	return [
		`### ${bench.name}: ${bench.title}`,
		'',
		...lines.slice(0, 1),
		rule,
		...lines.slice(1),
		'',
		...goals.map(
			({ text, value, limit }) =>
				`- ${value <= limit ? 'met' : '**not met**'}: ${text}: ${figure(value, 2)}, goal ${figure(limit, 2)}`
		),
		''
	].join('\n');
}
