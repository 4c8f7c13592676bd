import { decodePullRequest } from '#core/protocol/messages.ts';
import { answerBytes, refuse } from './answers.ts';
import { decodeBody } from './body.ts';
import type { HttpContext, HttpHandler } from './context.ts';

/** `POST /api/pull`: what the device lacks of all that it may read, streamed as fast as it takes it. */
export const pull =
	({ reader, house, logger }: HttpContext): HttpHandler =>
	async (c) => {
		const request = await decodeBody(c, decodePullRequest);
		if (!request) return refuse(c, 'malformed');
		const steps = reader.pull(request, { member: c.get('member'), workspace: house.workspace });
		const stream = new ReadableStream<Uint8Array>({
			async pull(controller) {
				try {
					const { done, value } = await steps.next();
					if (done) controller.close();
					else controller.enqueue(value);
				} catch (error) {
					// The device sees a stream without its end and asks again.
					logger.error({ error }, 'a pull broke off');
					controller.error(error);
				}
			},
			async cancel() {
				await steps.return(undefined);
			}
		});
		return answerBytes(stream);
	};
