import * as decoding from 'lib0/decoding';
import * as encoding from 'lib0/encoding';
import { MAX_AWARENESS_BYTES } from '#core/protocol/limits.ts';

/** One client's line in an awareness message; `state` is its JSON, 'null' for one who has left. */
export type AwarenessEntry = { client: number; clock: number; state: string };

/** Levels of nesting in a state that other clients must be able to compare recursively. */
const MAX_STATE_DEPTH = 16;

/** Reads a message's entries. Throws on torn bytes; states are not yet looked at. */
export function decodeEntries(update: Uint8Array): AwarenessEntry[] {
	const decoder = decoding.createDecoder(update);
	const entries: AwarenessEntry[] = [];
	for (let left = decoding.readVarUint(decoder); left > 0; left--)
		entries.push({
			client: decoding.readVarUint(decoder),
			clock: decoding.readVarUint(decoder),
			state: decoding.readVarString(decoder)
		});
	if (decoding.hasContent(decoder)) throw new Error('bytes after the entries');
	return entries;
}

/** The bytes of y-protocols' awareness update with these entries. */
export function encodeEntries(entries: readonly AwarenessEntry[]): Uint8Array {
	const encoder = encoding.createEncoder();
	encoding.writeVarUint(encoder, entries.length);
	for (const { client, clock, state } of entries) {
		encoding.writeVarUint(encoder, client);
		encoding.writeVarUint(encoder, clock);
		encoding.writeVarString(encoder, state);
	}
	return encoding.toUint8Array(encoder);
}

/**
 * The state as it may be passed on, encoded anew; undefined when it is too large, too deep, or no JSON object:
 * a receiving provider parses it without catching anything.
 */
export function cleanState(state: string): string | undefined {
	if (state.length > MAX_AWARENESS_BYTES) return undefined;
	try {
		const value: unknown = JSON.parse(state);
		if (typeof value !== 'object' || Array.isArray(value) || isDeeper(value, MAX_STATE_DEPTH))
			return undefined;
		const clean = JSON.stringify(value);
		return Buffer.byteLength(clean) <= MAX_AWARENESS_BYTES ? clean : undefined;
	} catch (error) {
		if (error instanceof SyntaxError || error instanceof RangeError) return undefined;
		throw error;
	}
}

const isDeeper = (value: unknown, levels: number): boolean =>
	typeof value === 'object' &&
	value !== null &&
	(levels === 0 || Object.values(value).some((child) => isDeeper(child, levels - 1)));
