import * as decoding from 'lib0/decoding';
import * as encoding from 'lib0/encoding';

/** New struct clocks of one Yjs client in one log row: from `from` up to, not including, `to`. */
export type ClockRange = { client: number; from: number; to: number };

/** Bytes of the ranges of one log row. */
export function encodeRanges(ranges: readonly ClockRange[]): Uint8Array {
	const e = encoding.createEncoder();
	encoding.writeVarUint(e, ranges.length);
	for (const { client, from, to } of ranges) {
		encoding.writeVarUint(e, client);
		encoding.writeVarUint(e, from);
		encoding.writeVarUint(e, to - from);
	}
	return encoding.toUint8Array(e);
}

/** Throws on malformed bytes. */
export function decodeRanges(bytes: Uint8Array): ClockRange[] {
	const d = decoding.createDecoder(bytes);
	const ranges: ClockRange[] = [];
	for (let left = decoding.readVarUint(d); left > 0; left--) {
		const client = decoding.readVarUint(d);
		const from = decoding.readVarUint(d);
		ranges.push({ client, from, to: from + decoding.readVarUint(d) });
	}
	return ranges;
}
