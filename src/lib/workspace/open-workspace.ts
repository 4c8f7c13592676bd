import { newId, type MemberId } from '#core/model/id.ts';
import { PROTOCOL_VERSION, SYNC_PATH } from '#core/protocol/version.ts';
import { StorageError } from '../storage/failure.ts';
import { DeviceMeta, type Identity } from '../storage/meta.ts';
import { LogAgreement } from '../sync/log-agreement.ts';
import { MuxLink } from '../sync/mux-link.ts';
import { askWorkspace } from '../sync/session.ts';
import { Contact } from './contact.ts';
import { Session } from './session.ts';
import { openStores } from './stores.ts';
import type { Start } from './workspace.ts';

export type OpenOptions = {
	/** Where the relay is, e.g. `location.origin`. */
	origin: string;
};

/**
 * Opens this device's workspace. With an identity on the disk nothing of the network is waited for; without one the
 * relay is asked which workspace it serves, and then the person for a name.
 */
export async function openWorkspace({ origin }: OpenOptions): Promise<Start> {
	const retry = (): Promise<Start> => openWorkspace({ origin });
	const meta = new DeviceMeta();
	try {
		const identity = await meta.identity();
		if (identity) return { state: 'open', session: await openSession(origin, identity, meta) };
	} catch (cause) {
		if (cause instanceof StorageError) return { state: 'storageFailed', failure: cause.failure, retry };
		throw cause;
	}
	const answer = await askWorkspace({ base: origin });
	if (answer.state !== 'ok' || answer.value.version !== PROTOCOL_VERSION)
		return { state: 'unreachable', retry };
	const { workspace } = answer.value;
	// Back in a workspace that this device had left.
	const former = await meta.identityIn(workspace).catch(() => undefined);
	if (former) {
		await meta.setIdentity(former);
		return { state: 'open', session: await openSession(origin, former, meta) };
	}
	const introduce = async (name: string): Promise<Start> => {
		const identity: Identity = {
			workspace,
			member: newId<MemberId>(),
			name: name.trim(),
			secret: makeSecret()
		};
		try {
			await meta.setIdentity(identity);
		} catch (cause) {
			if (!(cause instanceof StorageError)) throw cause;
			return { state: 'storageFailed', failure: cause.failure, retry: () => introduce(name) };
		}
		return { state: 'open', session: await openSession(origin, identity, meta) };
	};
	return { state: 'needsName', introduce };
}

async function openSession(origin: string, identity: Identity, meta: DeviceMeta): Promise<Session> {
	const { workspace, member, name, secret } = identity;
	const owner = { workspace, member };
	const url = new URL(SYNC_PATH, origin);
	url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
	const agreement = new LogAgreement();
	const link = new MuxLink({ url: url.href, workspace, member, agreement });
	const contact = new Contact(owner, { member, name, secret }, link, { base: origin }, agreement);
	const session = new Session(openStores(owner, meta), contact, { member, name });
	await session.begin();
	return session;
}

/** 32 random bytes in base64url. */
function makeSecret(): string {
	const bytes = crypto.getRandomValues(new Uint8Array(32));
	return btoa(String.fromCharCode(...bytes))
		.replaceAll('+', '-')
		.replaceAll('/', '_')
		.replaceAll('=', '');
}
