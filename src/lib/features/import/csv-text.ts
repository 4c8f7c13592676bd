export type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be' | 'windows-1252';

/** Why a file can't be read at all. */
export type FileRefusal =
	| { state: 'refused'; reason: 'empty' | 'not-text' | 'spreadsheet' }
	| { state: 'refused'; reason: 'too-large' | 'too-many-rows' | 'too-many-columns'; limit: number };

export type DecodedText = { state: 'text'; text: string; encoding: Encoding };

export const MAX_FILE_BYTES = 64 * 1024 * 1024;
const SAMPLE_BYTES = 4_096;
/** Signatures of zip (xlsx, ods), OLE (xls) and PDF. */
const SPREADSHEETS = [
	[0x50, 0x4b, 0x03, 0x04],
	[0xd0, 0xcf, 0x11, 0xe0],
	[0x25, 0x50, 0x44, 0x46]
];

/** The text of a CSV file: by its byte order mark, else as UTF-8, else as Windows-1252, which never fails. */
export function decodeText(bytes: Uint8Array): DecodedText | FileRefusal {
	if (bytes.length === 0) return { state: 'refused', reason: 'empty' };
	if (bytes.length > MAX_FILE_BYTES) return { state: 'refused', reason: 'too-large', limit: MAX_FILE_BYTES };
	if (SPREADSHEETS.some((signature) => signature.every((byte, at) => bytes[at] === byte)))
		return { state: 'refused', reason: 'spreadsheet' };
	const encoding = encodingOf(bytes);
	const text = new TextDecoder(encoding).decode(bytes);
	if (isBinary(text)) return { state: 'refused', reason: 'not-text' };
	return text.trim() === '' ? { state: 'refused', reason: 'empty' } : { state: 'text', text, encoding };
}

function encodingOf(bytes: Uint8Array): Encoding {
	if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
	if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be';
	const sample = bytes.subarray(0, SAMPLE_BYTES);
	const half = sample.length / 2;
	const zeros = [0, 1].map((odd) => sample.filter((byte, at) => byte === 0 && at % 2 === odd).length);
	// Latin text in UTF-16 has a zero in nearly every other byte, and none in the others.
	if ((zeros[1] ?? 0) > half * 0.6 && zeros[0] === 0) return 'utf-16le';
	if ((zeros[0] ?? 0) > half * 0.6 && zeros[1] === 0) return 'utf-16be';
	return isUtf8(bytes) ? 'utf-8' : 'windows-1252';
}

function isUtf8(bytes: Uint8Array): boolean {
	try {
		new TextDecoder('utf-8', { fatal: true }).decode(bytes);
		return true;
	} catch (error) {
		if (error instanceof TypeError) return false;
		throw error;
	}
}

/** More than one in fifty characters at the beginning is none that a text would have. */
function isBinary(text: string): boolean {
	const sample = text.slice(0, SAMPLE_BYTES);
	return (sample.match(CONTROL)?.length ?? 0) > sample.length / 50;
}

const CONTROL = /[^\P{Cc}\t\n\r]/gu;

/** `value` without control characters (NUL bytes among them) and spaces around; line breaks stay. */
export const cleanCell = (value: string): string => value.replace(CONTROL, '').trim();

/** True when `cleanCell` would take more than spaces. */
export const hasControlCharacters = (value: string): boolean => value.search(CONTROL) >= 0;
