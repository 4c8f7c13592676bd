import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { newId, type MemberId, type PartyId, type RoomName } from '#core/model/id.ts';
import { partyRoom } from '#core/protocol/room.ts';
import { createRelay, type Relay, type RelayOptions } from '../../sync-server/server.ts';

/** A relay of this process on a free port, whose folder outlives restarts within one test. */
export type TestRelay = Relay & {
	dataDir: string;
	/** The address of a new party's document. */
	newRoom: () => RoomName;
	/** Registers a member, as a device does, and gives its session. */
	signIn: (name: string) => Promise<Account>;
};

/** What a member's device sends along: as headers of a WebSocket or a fetch. */
export type Account = { member: MemberId; name: string; secret: string; headers: Record<string, string> };

/** Starts a relay for the running test; it is stopped, and its folder removed, when the test ends. */
export async function startRelay(options: Partial<RelayOptions> = {}): Promise<TestRelay> {
	const dataDir = options.dataDir ?? (await newDataDir());
	const relay = await createRelay({ buildDir: join(dataDir, 'no-build'), ...options, dataDir });
	onTestFinished(() => relay.close());
	return {
		...relay,
		dataDir,
		newRoom: () => partyRoom(relay.workspace, newId<PartyId>()),
		signIn: (name) => signIn(relay, name)
	};
}

/** A folder for a relay that is started more than once. */
export async function newDataDir(): Promise<string> {
	const dataDir = await mkdtemp(join(tmpdir(), 'rapport-relay-'));
	onTestFinished(() => rm(dataDir, { recursive: true, force: true }));
	return dataDir;
}

/** Registers or comes in again; `known` is an account of an earlier run. */
export async function signIn(
	relay: Pick<Relay, 'url' | 'workspace'>,
	name: string,
	known?: Pick<Account, 'member' | 'secret'>
): Promise<Account> {
	const member = known?.member ?? newId<MemberId>();
	const secret = known?.secret ?? randomBytes(32).toString('base64url');
	const response = await fetch(`${relay.url}/api/session`, {
		method: 'POST',
		headers: { origin: relay.url, 'content-type': 'application/json' },
		body: JSON.stringify({ member, name, secret })
	});
	if (!response.ok) throw new Error(`${name} may not come in: ${await response.text()}`);
	const cookie = (response.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
	return { member, name, secret, headers: { cookie, origin: relay.url } };
}
