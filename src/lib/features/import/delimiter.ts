export const DELIMITERS = [';', ',', '\t', '|'] as const;
export type Delimiter = (typeof DELIMITERS)[number];

/** What Excel writes into the first line to say its delimiter. */
const SEP = /^"?sep=([;,\t|])"?\r?\n/i;
const SAMPLE_LINES = 30;
const SAMPLE_CHARACTERS = 64 * 1024;

/**
 * What separates the cells of a text, and where its rows begin: as its first line says, else the delimiter that
 * divides most lines of the beginning into equally many cells, outside of quotation marks.
 */
export function delimiterOf(text: string): { delimiter: Delimiter; begin: number } {
	const sep = SEP.exec(text);
	const said = DELIMITERS.find((delimiter) => delimiter === sep?.[1]);
	if (sep && said) return { delimiter: said, begin: sep[0].length };
	const lines = text
		.slice(0, SAMPLE_CHARACTERS)
		.replace(/"(?:[^"]|"")*"/g, '')
		.split(/\r\n|\n|\r/)
		.filter((line) => line.trim() !== '')
		.slice(0, SAMPLE_LINES);
	let best: { delimiter: Delimiter; even: number; cells: number } = { delimiter: ',', even: 0, cells: 0 };
	for (const delimiter of DELIMITERS) {
		const counts = lines.map((line) => line.split(delimiter).length - 1);
		const cells = counts[0] ?? 0;
		const even = cells === 0 ? 0 : counts.filter((count) => count === cells).length;
		if (even > best.even || (even === best.even && cells > best.cells)) best = { delimiter, even, cells };
	}
	return { delimiter: best.delimiter, begin: 0 };
}
