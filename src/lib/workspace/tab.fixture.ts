import { newId, type MemberId, type WorkspaceId } from '#core/model/id.ts';
import { DeviceMeta, type Identity } from '../storage/meta.ts';
import type { OpenParty } from './open-party.ts';
import { openWorkspace } from './open-workspace.ts';
import type { WorkspaceSession } from './workspace.ts';

/** Nothing listens there: as good as no network. */
const NOWHERE = 'http://127.0.0.1:9';

/** Makes this browser Alice's device, in a workspace of its own. */
export async function becomeAlice(): Promise<Identity> {
	const identity: Identity = {
		workspace: newId<WorkspaceId>(),
		member: newId<MemberId>(),
		name: 'Alice',
		secret: 'secret'
	};
	const meta = new DeviceMeta();
	await meta.setIdentity(identity);
	await meta.close();
	return identity;
}

/** Opens the workspace of this device without a network. */
export async function openOffline(): Promise<WorkspaceSession> {
	const start = await openWorkspace({ origin: NOWHERE });
	if (start.state !== 'open') throw new Error(`the workspace did not open: ${start.state}`);
	return start.session;
}

/** Opens a party that must be there. */
export async function openedParty(
	session: WorkspaceSession,
	party: Parameters<WorkspaceSession['openParty']>[0]
): Promise<OpenParty> {
	const result = await session.openParty(party);
	if (result.state !== 'open') throw new Error(`the party did not open: ${result.state}`);
	return result.party;
}

type TabWindow = Window & { tab?: { openOffline: typeof openOffline; openedParty: typeof openedParty } };
/** A tab of its own, that can be killed like one: an iframe, with its own locks and channels. */
export type Tab = { session: WorkspaceSession; kill: () => void };

/** Opens the workspace in another tab. */
export async function openTab(): Promise<Tab> {
	const frame = document.createElement('iframe');
	document.body.append(frame);
	const view = frame.contentWindow as TabWindow | null;
	const script = frame.contentDocument?.createElement('script');
	if (!view || !script) throw new Error('no iframe');
	script.type = 'module';
	script.textContent = `import * as tab from ${JSON.stringify(import.meta.url)}; window.tab = tab; dispatchEvent(new Event('ready'));`;
	const ready = new Promise((resolve) => view.addEventListener('ready', resolve, { once: true }));
	frame.contentDocument?.body.append(script);
	await ready;
	if (!view.tab) throw new Error('the tab has no workspace');
	const session = await view.tab.openOffline();
	return { session, kill: () => frame.remove() };
}
