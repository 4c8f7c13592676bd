import * as decoding from 'lib0/decoding';
import * as encoding from 'lib0/encoding';
import { encodeExactly } from './exact.ts';

/** The messages of stock y-websocket, as they travel in the payload of a data frame. */
export type YMessage =
	| { type: 'step1'; stateVector: Uint8Array }
	| { type: 'step2'; update: Uint8Array }
	| { type: 'update'; update: Uint8Array }
	| { type: 'awareness'; update: Uint8Array }
	| { type: 'queryAwareness' };

const SYNC = 0;
const AWARENESS = 1;
const QUERY_AWARENESS = 3;

/** Reads one stock message. Throws on anything else, also on bytes left over. */
export function decodeYMessage(bytes: Uint8Array): YMessage {
	const decoder = decoding.createDecoder(bytes);
	const message = read(decoder);
	if (decoding.hasContent(decoder)) throw new Error('bytes after the message');
	return message;
}

function read(decoder: decoding.Decoder): YMessage {
	const type = decoding.readVarUint(decoder);
	if (type === SYNC) {
		const step = decoding.readVarUint(decoder);
		const bytes = decoding.readVarUint8Array(decoder);
		if (step === 0) return { type: 'step1', stateVector: bytes };
		if (step === 1) return { type: 'step2', update: bytes };
		if (step === 2) return { type: 'update', update: bytes };
		throw new Error(`unknown sync step ${step}`);
	}
	if (type === AWARENESS) return { type: 'awareness', update: decoding.readVarUint8Array(decoder) };
	if (type === QUERY_AWARENESS) return { type: 'queryAwareness' };
	throw new Error(`unknown message type ${type}`);
}

/** The bytes of one stock message. */
export function encodeYMessage(message: YMessage): Uint8Array {
	if (message.type === 'update') return encodeExactly([SYNC, 2], message.update);
	const encoder = encoding.createEncoder();
	switch (message.type) {
		case 'step1':
			encoding.writeVarUint(encoder, SYNC);
			encoding.writeVarUint(encoder, 0);
			encoding.writeVarUint8Array(encoder, message.stateVector);
			break;
		case 'step2':
			encoding.writeVarUint(encoder, SYNC);
			encoding.writeVarUint(encoder, 1);
			encoding.writeVarUint8Array(encoder, message.update);
			break;
		case 'awareness':
			encoding.writeVarUint(encoder, AWARENESS);
			encoding.writeVarUint8Array(encoder, message.update);
			break;
		case 'queryAwareness':
			encoding.writeVarUint(encoder, QUERY_AWARENESS);
			break;
	}
	return encoding.toUint8Array(encoder);
}

/** An awareness message without entries, `1,1,0`: it feeds the 30 s watchdog of a stock provider (rules 2, 3). */
export const SIGN_OF_LIFE: Uint8Array = new Uint8Array([AWARENESS, 1, 0]);
