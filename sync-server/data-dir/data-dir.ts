import {
	accessSync,
	constants,
	existsSync,
	mkdirSync,
	readFileSync,
	renameSync,
	writeFileSync
} from 'node:fs';
import { join } from 'node:path';
import { asId, newId, type WorkspaceId } from '#core/model/id.ts';
import { lockDataDir } from './lock.ts';
import { readToken } from './token.ts';

/** The folder in which a relay keeps all it has, taken for this process until `release`. */
export type DataDir = { path: string; workspace: WorkspaceId; token: string; release: () => void };

/** A folder that can't be used; the message says which and why, for the person who started the relay. */
export class DataDirError extends Error {
	override name = 'DataDirError';
}

/** Makes or opens the folder and takes it. Throws DataDirError. */
export function openDataDir(path: string): DataDir {
	makeWritable(path);
	const release = lockDataDir(path);
	if (!release)
		throw new DataDirError(
			`DATA_DIR=${path} is in use by another Rapport relay. Stop that one, or choose another folder.`
		);
	try {
		return { path, workspace: readWorkspace(path), token: readToken(path), release };
	} catch (error) {
		release();
		throw error;
	}
}

function makeWritable(path: string): void {
	try {
		mkdirSync(path, { recursive: true, mode: 0o700 });
		accessSync(path, constants.R_OK | constants.W_OK | constants.X_OK);
	} catch (error) {
		const why = error instanceof Error ? error.message : String(error);
		throw new DataDirError(`DATA_DIR=${path} must be a folder that Rapport may write to: ${why}`);
	}
}

/** Which workspace lives here: an id made at the first start, and never again. */
function readWorkspace(path: string): WorkspaceId {
	const file = join(path, 'workspace');
	if (existsSync(file)) {
		const known = asId<WorkspaceId>(readFileSync(file, 'utf8').trim());
		if (known) return known;
		throw new DataDirError(`${file} holds no workspace id. Put the file back from a backup.`);
	}
	const made = newId<WorkspaceId>();
	writeFileSync(`${file}.new`, `${made}\n`, { mode: 0o600 });
	renameSync(`${file}.new`, file);
	return made;
}
