import type { Context } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { REFUSALS, type RefusalReason } from '#core/protocol/refusal.ts';

/** Says no, by name and with the name's status. */
export const refuse = (c: Context, reason: RefusalReason, status?: ContentfulStatusCode): Response =>
	c.json({ refused: reason }, status ?? REFUSALS[reason].status);

/** Binary bodies are those of `core/protocol/messages.ts`. */
export const answerBytes = (
	bytes: Uint8Array | ReadableStream<Uint8Array>,
	type = 'application/octet-stream'
) => new Response(bytes instanceof Uint8Array ? bytes.slice() : bytes, { headers: { 'Content-Type': type } });
