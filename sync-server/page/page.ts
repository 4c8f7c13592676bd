import { existsSync, readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { contentSecurityPolicy } from './csp.ts';
import { keepRelease } from './releases.ts';
import { serveFiles } from './static-files.ts';

/** Files whose name is their content. */
const CHUNKS = '/_app/immutable/';

type Serve = (request: IncomingMessage, response: ServerResponse) => void;

const NOT_BUILT = `<!doctype html><meta charset="utf-8"><title>Rapport</title>
<p>Rapport's relay is running, but its page has not been built yet. Run <code>npm run build</code> and start again.</p>
<p lang="de">Rapport läuft, aber die Oberfläche ist noch nicht gebaut. Bitte <code>npm run build</code> ausführen und neu starten.</p>
`;

/**
 * Serves the built page: chunks for ever, all else asked anew, and the shell for every address that a person opens.
 * All of it comes from the copy that is made now: a build that is made anew, or deleted, while the relay runs, changes
 * nothing for the pages that are open (rule 27).
 */
export function createPage(buildDir: string, dataDir: string): Serve {
	if (!existsSync(join(buildDir, 'index.html'))) return serveNothing;

	const { present, before } = keepRelease(buildDir, dataDir);
	const page = readFileSync(join(present, 'index.html'), 'utf8');
	const policy = contentSecurityPolicy(page);
	const setHeaders = (response: ServerResponse, path: string): void => {
		const isChunk = path.startsWith(CHUNKS);
		response.setHeader('Cache-Control', isChunk ? 'public,max-age=31536000,immutable' : 'no-cache');
		response.setHeader('Content-Security-Policy', policy);
	};
	const options = { etag: true, gzip: true, brotli: true, setHeaders };
	const whole = [serveFiles(present, options)];
	const withChunks = [...whole, ...before.map((folder) => serveFiles(folder, options))];

	return (request, response) => {
		const files = request.url?.startsWith(CHUNKS) ? withChunks : whole;
		const serveFrom = (at: number): void => {
			const serve = files[at];
			if (serve) serve(request, response, () => serveFrom(at + 1));
			else if (isNavigation(request)) {
				response.setHeader('Cache-Control', 'no-cache');
				response.setHeader('Content-Security-Policy', policy);
				respond(request, response, 200, 'text/html', page);
			} else respond(request, response, 404, 'text/plain', 'Not found\n');
		};
		serveFrom(0);
	};
}

function serveNothing(request: IncomingMessage, response: ServerResponse): void {
	if (request.url === '/' || isNavigation(request)) respond(request, response, 503, 'text/html', NOT_BUILT);
	else respond(request, response, 404, 'text/plain', 'Not found\n');
}

/** A person opened an address; never a chunk, an image or an API that is missing: a page would hide that. */
function isNavigation({ url = '/', headers }: IncomingMessage): boolean {
	const path = url.split('?', 1)[0] ?? '/';
	if (/^\/(api|sync|_app)(\/|$)/.test(path)) return false;
	return headers['sec-fetch-mode'] === 'navigate' || (headers.accept ?? '').includes('text/html');
}

function respond(
	request: IncomingMessage,
	response: ServerResponse,
	status: number,
	type: string,
	text: string
): void {
	const bytes = Buffer.from(text);
	response.writeHead(status, { 'Content-Type': `${type};charset=utf-8`, 'Content-Length': bytes.length });
	response.end(request.method === 'HEAD' ? undefined : bytes);
}
