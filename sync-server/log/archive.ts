import { deflateRawSync, inflateRawSync } from 'node:zlib';
import * as decoding from 'lib0/decoding';
import * as encoding from 'lib0/encoding';
import type { MemberId } from '#core/model/id.ts';

/** One row of the log as it was written. */
export type LogRow = { seq: number; member: MemberId; at: number; ranges: Uint8Array; bytes: Uint8Array };

/** The rows that a compaction replaces, compressed together. */
export function packRows(rows: readonly LogRow[]): Uint8Array {
	const e = encoding.createEncoder();
	encoding.writeVarUint(e, rows.length);
	for (const row of rows) {
		encoding.writeVarUint(e, row.seq);
		encoding.writeVarString(e, row.member);
		encoding.writeVarUint(e, row.at);
		encoding.writeVarUint8Array(e, row.ranges);
		encoding.writeVarUint8Array(e, row.bytes);
	}
	return deflateRawSync(encoding.toUint8Array(e), { level: 3 });
}

/** Throws on malformed bytes. */
export function unpackRows(packed: Uint8Array): LogRow[] {
	const d = decoding.createDecoder(new Uint8Array(inflateRawSync(packed)));
	const rows: LogRow[] = [];
	for (let left = decoding.readVarUint(d); left > 0; left--)
		rows.push({
			seq: decoding.readVarUint(d),
			member: decoding.readVarString(d) as MemberId,
			at: decoding.readVarUint(d),
			ranges: decoding.readVarUint8Array(d),
			bytes: decoding.readVarUint8Array(d)
		});
	return rows;
}
