import * as decoding from 'lib0/decoding';

type Decoder = decoding.Decoder;
const skipNumber = decoding.readVarUint;
const skipText = (d: Decoder): void => skipBytes(d, decoding.readVarUint(d));

function skipBytes(d: Decoder, length: number): void {
	if (length > d.arr.length - d.pos) throw new Error('the update is cut off');
	d.pos += length;
}

/** Content of a struct by its number in Yjs' update format, version 1; deleted content and strings hold no structs. */
const SKIP_CONTENT: Readonly<Record<number, (d: Decoder) => void>> = {
	1: skipNumber,
	2: (d) => repeat(decoding.readVarUint(d), () => skipText(d)),
	3: skipText,
	4: skipText,
	5: skipText,
	6: (d) => {
		skipText(d);
		skipText(d);
	},
	7: (d) => {
		const type = decoding.readVarUint(d);
		// XmlElement and XmlHook carry a name.
		if (type === 3 || type === 5) skipText(d);
	},
	8: (d) => repeat(decoding.readVarUint(d), () => void decoding.readAny(d)),
	9: (d) => {
		skipText(d);
		decoding.readAny(d);
	}
};

const GC = 0;
const SKIP = 10;
const HAS_ORIGIN = 0x80;
const HAS_RIGHT_ORIGIN = 0x40;
const HAS_PARENT_SUB = 0x20;

/**
 * How many structs and delete ranges an update holds, without making an object of any: the guard before Yjs decodes
 * it. Stops counting above `limit`. Throws on malformed bytes.
 */
export function countParts(update: Uint8Array, limit: number): number {
	const d = decoding.createDecoder(update);
	let count = 0;
	for (let clients = decoding.readVarUint(d); clients > 0; clients--) {
		const structs = decoding.readVarUint(d);
		count += structs;
		if (count > limit) return count;
		skipNumber(d);
		skipNumber(d);
		repeat(structs, () => skipStruct(d));
	}
	for (let clients = decoding.readVarUint(d); clients > 0; clients--) {
		skipNumber(d);
		const ranges = decoding.readVarUint(d);
		count += ranges;
		if (count > limit) return count;
		repeat(ranges * 2, () => skipNumber(d));
	}
	return count;
}

/** The delete ranges of an update by client, as they stand there. Throws on malformed bytes. */
export function readDeletes(update: Uint8Array): Map<number, { clock: number; len: number }[]> {
	const d = decoding.createDecoder(update);
	for (let clients = decoding.readVarUint(d); clients > 0; clients--) {
		const structs = decoding.readVarUint(d);
		repeat(2, () => skipNumber(d));
		repeat(structs, () => skipStruct(d));
	}
	const deletes = new Map<number, { clock: number; len: number }[]>();
	for (let clients = decoding.readVarUint(d); clients > 0; clients--) {
		const client = decoding.readVarUint(d);
		const ranges = deletes.get(client) ?? [];
		deletes.set(client, ranges);
		repeat(decoding.readVarUint(d), () =>
			ranges.push({ clock: decoding.readVarUint(d), len: decoding.readVarUint(d) })
		);
	}
	return deletes;
}

function skipStruct(d: Decoder): void {
	const info = decoding.readUint8(d);
	const kind = info & 0x1f;
	if (kind === GC || kind === SKIP) {
		skipNumber(d);
		return;
	}
	const origins = (info & HAS_ORIGIN ? 1 : 0) + (info & HAS_RIGHT_ORIGIN ? 1 : 0);
	if (origins > 0) repeat(origins * 2, () => skipNumber(d));
	else {
		if (decoding.readVarUint(d) === 1) skipText(d);
		else repeat(2, () => skipNumber(d));
		if (info & HAS_PARENT_SUB) skipText(d);
	}
	const skip = SKIP_CONTENT[kind];
	if (!skip) throw new Error('unknown content');
	skip(d);
}

function repeat(times: number, step: () => void): void {
	for (let i = 0; i < times; i++) step();
}
