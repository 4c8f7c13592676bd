import type { Context } from 'hono';

/** The body as `decode` reads it; undefined when it is malformed. */
export async function decodeBody<T>(c: Context, decode: (bytes: Uint8Array) => T): Promise<T | undefined> {
	const bytes = new Uint8Array(await c.req.arrayBuffer());
	try {
		return decode(bytes);
	} catch (error) {
		// lib0 and our own readers throw plain errors on torn bytes, and nothing else is done in there.
		if (error instanceof Error) return undefined;
		throw error;
	}
}
