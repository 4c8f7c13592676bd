import * as decoding from 'lib0/decoding';
import * as encoding from 'lib0/encoding';

/**
 * The entries of an awareness update that are `client`'s own, undefined when there are none: a stock provider repeats
 * what it hears from others (rule 16). Throws on malformed bytes.
 */
export function ownEntries(update: Uint8Array, client: number): Uint8Array | undefined {
	const decoder = decoding.createDecoder(update);
	const total = decoding.readVarUint(decoder);
	const own: { clock: number; state: string }[] = [];
	for (let left = total; left > 0; left--) {
		const id = decoding.readVarUint(decoder);
		const clock = decoding.readVarUint(decoder);
		const state = decoding.readVarString(decoder);
		if (id === client) own.push({ clock, state });
	}
	if (own.length === total && total > 0) return update;
	if (own.length === 0) return undefined;
	const encoder = encoding.createEncoder();
	encoding.writeVarUint(encoder, own.length);
	for (const { clock, state } of own) {
		encoding.writeVarUint(encoder, client);
		encoding.writeVarUint(encoder, clock);
		encoding.writeVarString(encoder, state);
	}
	return encoding.toUint8Array(encoder);
}
