import { PART_BYTES } from '#core/protocol/limits.ts';
import { encodeRelayFrame } from '#core/protocol/mux.ts';

const FINAL_BINARY = 0x82;

/**
 * One complete WebSocket message, header and all. A server's messages carry no mask, so the same bytes go to
 * every socket: framing is paid once per message and not once per receiver.
 */
export function encodeMessage(parts: readonly Uint8Array[]): Buffer {
	const length = parts.reduce((sum, part) => sum + part.length, 0);
	const header = length < 126 ? 2 : length < 65_536 ? 4 : 10;
	const message = Buffer.allocUnsafe(header + length);
	message[0] = FINAL_BINARY;
	if (header === 2) message[1] = length;
	else if (header === 4) {
		message[1] = 126;
		message.writeUInt16BE(length, 2);
	} else {
		message[1] = 127;
		message.writeBigUInt64BE(BigInt(length), 2);
	}
	let at = header;
	for (const part of parts) {
		message.set(part, at);
		at += part.length;
	}
	return message;
}

/** The frames that carry a stock message on a channel: one `data`, or `part`s of PART_BYTES with a `data` at the end. */
export function encodeData(channel: number, payload: Uint8Array): Uint8Array[] {
	const frames: Uint8Array[] = [];
	let at = 0;
	for (; payload.length - at > PART_BYTES; at += PART_BYTES)
		frames.push(encodeRelayFrame({ kind: 'part', channel, payload: payload.subarray(at, at + PART_BYTES) }));
	frames.push(encodeRelayFrame({ kind: 'data', channel, payload: payload.subarray(at) }));
	return frames;
}
