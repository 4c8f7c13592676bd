import Papa from 'papaparse';
import type { FileRefusal } from './csv-text.ts';
import { delimiterOf, type Delimiter } from './delimiter.ts';
import { breathe } from './slices.ts';

/** The rows of a file as they stand in it, headings and empty ones too. */
export type CsvTable = {
	state: 'table';
	rows: string[][];
	/** The number of cells that most rows have. */
	width: number;
	delimiter: Delimiter;
	/** Indexes of rows whose quotation marks don't fit together. */
	broken: ReadonlySet<number>;
};

export const MAX_ROWS = 200_000;
export const MAX_COLUMNS = 300;
const CHUNK_CHARACTERS = 512 * 1024;
/** Characters that are read again at most behind open quotation marks; each one costs the rest of the file. */
const MAX_READ_AGAIN = 64 * 1024 * 1024;

/** Reads comma separated text, whatever separates it. It lets the page breathe between chunks; stops on `signal`. */
export async function parseCsv(text: string, signal?: AbortSignal): Promise<CsvTable | FileRefusal> {
	const { delimiter, begin } = delimiterOf(text);
	const rows: string[][] = [];
	const broken = new Set<number>();
	let rest: string | undefined = text.slice(begin);
	for (let repairs = 0; rest !== undefined; repairs++) {
		const part: Part = await parsePart(rest, delimiter, rows, broken, signal);
		if (part.state === 'refused') return part;
		rest =
			part.state === 'open' && repairs * text.length < MAX_READ_AGAIN
				? closeLine(rows, delimiter)
				: undefined;
	}
	if (rows.length > 0 && isEmptyRow(rows.at(-1) ?? [])) rows.pop();
	return { state: 'table', rows, width: widthOf(rows), delimiter, broken };
}

/** 'open': a quotation mark is not closed, and the last cell holds the whole rest of the text. */
type Part = { state: 'read' } | { state: 'open' } | FileRefusal;

const parsePart = (
	text: string,
	delimiter: Delimiter,
	rows: string[][],
	broken: Set<number>,
	signal?: AbortSignal
): Promise<Part> =>
	new Promise((resolve, reject) => {
		let part: Part = { state: 'read' };
		Papa.parse<string[]>(text, {
			delimiter,
			chunkSize: CHUNK_CHARACTERS,
			chunk(chunk: Papa.ParseResult<string[]>, parser: Papa.Parser) {
				for (const error of chunk.errors) {
					if (error.type !== 'Quotes') continue;
					// The row of an error counts within its chunk.
					broken.add(rows.length + (error.row ?? 0));
					if (error.code === 'MissingQuotes') part = { state: 'open' };
				}
				for (const row of chunk.data) rows.push(row);
				part = refusalOf(chunk.data, rows.length) ?? part;
				if (part.state === 'refused' || signal?.aborted) return parser.abort();
				parser.pause();
				void breathe().then(() => parser.resume());
			},
			complete: () => (signal?.aborted ? reject(signal.reason as Error) : resolve(part)),
			error: reject
		});
	});

/**
 * An open quotation mark has swallowed the rest of the file: ends its row with its line, and returns the text after
 * that, to be read on. Undefined when nothing follows.
 */
function closeLine(rows: string[][], delimiter: Delimiter): string | undefined {
	const row = rows.at(-1);
	const swallowed = row?.pop();
	if (!row || swallowed === undefined) return undefined;
	const end = /\r\n|\n|\r/.exec(swallowed);
	row.push(...swallowed.slice(0, end?.index).split(delimiter));
	return end ? swallowed.slice(end.index + end[0].length) : undefined;
}

const isEmptyRow = (row: readonly string[]): boolean => row.every((cell) => cell.trim() === '');

const refusalOf = (part: readonly string[][], count: number): FileRefusal | undefined => {
	if (part.some((row) => row.length > MAX_COLUMNS))
		return { state: 'refused', reason: 'too-many-columns', limit: MAX_COLUMNS };
	return count > MAX_ROWS ? { state: 'refused', reason: 'too-many-rows', limit: MAX_ROWS } : undefined;
};

const widthOf = (rows: readonly string[][]): number => {
	const counts = new Map<number, number>();
	for (const { length } of rows) counts.set(length, (counts.get(length) ?? 0) + 1);
	const [most] = [...counts].sort((a, b) => b[1] - a[1] || b[0] - a[0]);
	return Math.max(most?.[0] ?? 0, rows[0]?.length ?? 0);
};
