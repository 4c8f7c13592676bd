/** Cuts unmasked WebSocket messages, as a server sends them, out of bytes; what is left over stays in `rest`. */
export class MessageReader {
	#rest = Buffer.alloc(0);

	/** Payloads of the messages that are whole by now. Throws on anything but a final binary message. */
	push(bytes: Uint8Array): Buffer[] {
		this.#rest = Buffer.concat([this.#rest, bytes]);
		const payloads: Buffer[] = [];
		for (let next = this.#next(); next; next = this.#next()) payloads.push(next);
		return payloads;
	}

	#next(): Buffer | undefined {
		const rest = this.#rest;
		if (rest.length < 2) return undefined;
		if (rest[0] !== 0x82) throw new Error('no final binary message');
		const short = rest[1] ?? 0;
		const header = short < 126 ? 2 : short === 126 ? 4 : 10;
		if (rest.length < header) return undefined;
		const length =
			header === 2 ? short : header === 4 ? rest.readUInt16BE(2) : Number(rest.readBigUInt64BE(2));
		if (rest.length < header + length) return undefined;
		this.#rest = rest.subarray(header + length);
		return rest.subarray(header, header + length);
	}
}
