import type { Directory, SessionRequest, WorkspaceInfo } from '#core/protocol/messages.ts';
import type { Answer, RelayApi } from './answer.ts';
import { ask, parse, readBytes, readJson } from './ask.ts';
import { readDirectory, readWorkspaceInfo } from './json.ts';

/** Which workspace the relay serves; needs no session. */
export const askWorkspace = (api: RelayApi): Promise<Answer<WorkspaceInfo>> =>
	ask(api, { path: '/api/workspace' }, async (chunks) => {
		const json = await readJson(chunks);
		return parse(() => readWorkspaceInfo(json));
	});

/** Presents the member and its secret; the answer sets the cookie that all else needs. */
export const beginSession = (api: RelayApi, request: SessionRequest): Promise<Answer<undefined>> =>
	ask(api, { path: '/api/session', body: { json: request } }, async (chunks) => {
		await readBytes(chunks);
		return undefined;
	});

/** The names of all members. */
export const askDirectory = (api: RelayApi): Promise<Answer<Directory>> =>
	ask(api, { path: '/api/directory' }, async (chunks) => {
		const json = await readJson(chunks);
		return parse(() => readDirectory(json));
	});
