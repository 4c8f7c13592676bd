import type { IncomingMessage, ServerResponse } from 'node:http';
import sirv, { type Options, type RequestHandler } from 'sirv';

/**
 * The files of a folder as they stood at the start. Sirv reads a file as a stream without a listener for its errors,
 * so that one that has vanished since would end the process: here it ends that one answer.
 */
export function serveFiles(folder: string, options: Options): RequestHandler {
	const serve = sirv(folder, options);
	return (request: IncomingMessage, response: ServerResponse, next) => {
		// Nothing here is worth a part of it, and a range that ends before it begins makes sirv throw half way.
		delete request.headers.range;
		response.once('pipe', (file) => file.once('error', () => response.destroy()));
		serve(request, response, next);
	};
}
