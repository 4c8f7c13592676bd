import { decodeText, MAX_FILE_BYTES, type Encoding, type FileRefusal } from './csv-text.ts';
import { parseCsv, type CsvTable } from './csv-table.ts';

/** A file that was read: its name, its rows and how they were written. */
export type CsvFile = { name: string; encoding: Encoding; table: CsvTable };

/** Reads a chosen file on this device. Throws what the browser throws when it can't open it, and `signal`'s reason. */
export async function readCsvFile(
	file: Pick<File, 'name' | 'size' | 'arrayBuffer'>,
	signal?: AbortSignal
): Promise<CsvFile | FileRefusal> {
	// Before its bytes are in memory: somebody may drop a film.
	if (file.size > MAX_FILE_BYTES) return { state: 'refused', reason: 'too-large', limit: MAX_FILE_BYTES };
	const decoded = decodeText(new Uint8Array(await file.arrayBuffer()));
	if (decoded.state === 'refused') return decoded;
	const table = await parseCsv(decoded.text, signal);
	return table.state === 'refused' ? table : { name: file.name, encoding: decoded.encoding, table };
}
