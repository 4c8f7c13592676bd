import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { newId, type MemberId, type PartyId, type RoomName } from '#core/model/id.ts';
import { partyRoom } from '#core/protocol/room.ts';
import type { RelayApi } from '../../src/lib/sync/answer.ts';
import { beginSession } from '../../src/lib/sync/session.ts';
import { createRelay, type Relay, type RelayOptions } from '../../sync-server/server.ts';
import { Device, type Account } from './device.ts';
import { WireProxy } from './wire-proxy.ts';

/** A real relay, a line that can be made bad, and devices of members. */
export class Stage {
	relay: Relay;
	readonly proxy: WireProxy;
	readonly #options: RelayOptions;
	readonly #accounts = new Map<string, Promise<Account>>();
	readonly #devices: Device[] = [];

	private constructor(relay: Relay, proxy: WireProxy, options: RelayOptions) {
		this.relay = relay;
		this.proxy = proxy;
		this.#options = { ...options, port: relay.port };
	}

	static async set(options: Partial<RelayOptions> = {}): Promise<Stage> {
		const dataDir = await mkdtemp(join(tmpdir(), 'rapport-stage-'));
		// No page: it is not what is tested here.
		const all = { buildDir: join(dataDir, 'no-build'), ...options, dataDir };
		const relay = await createRelay(all);
		const proxy = await WireProxy.before(`${relay.url.replace('http', 'ws')}/sync`);
		return new Stage(relay, proxy, all);
	}

	get dataDir(): string {
		return this.#options.dataDir;
	}

	/** A party that nobody has written to yet. */
	room(): RoomName {
		return partyRoom(this.relay.workspace, newId<PartyId>());
	}

	/** A tab of the member of that name, whose link goes to the relay or through the proxy. */
	async device(name: string, through: 'relay' | 'proxy' = 'relay'): Promise<Device> {
		const account = await this.account(name);
		const url = through === 'proxy' ? this.proxy.url : `${this.relay.url.replace('http', 'ws')}/sync`;
		const device = new Device(account, url);
		this.#devices.push(device);
		return device;
	}

	/** What the member of that name asks the relay with. */
	async api(name: string): Promise<RelayApi> {
		const { cookie } = await this.account(name);
		return this.#api({ cookie });
	}

	/** The session of the member of that name; the first call makes both. */
	account(name: string): Promise<Account> {
		const account = this.#accounts.get(name) ?? this.#signIn(name);
		this.#accounts.set(name, account);
		return account;
	}

	/** Stops the relay and starts it again on its data and its port; `between` runs while there is none. */
	async restartRelay(between: () => Promise<void> = () => Promise.resolve()): Promise<void> {
		await this.relay.close();
		await between();
		this.relay = await createRelay(this.#options);
	}

	/** Takes everything away. */
	async strike(): Promise<void> {
		for (const device of this.#devices) device.close();
		await this.proxy.close();
		await this.relay.close();
		await rm(this.#options.dataDir, { recursive: true, force: true });
	}

	async #signIn(name: string): Promise<Account> {
		let cookie = '';
		const member = newId<MemberId>();
		const api = this.#api({}, (response) => {
			cookie = response.headers.getSetCookie()[0]?.split(';')[0] ?? '';
		});
		const secret = randomBytes(32).toString('base64url');
		const answer = await beginSession(api, { member, name, secret });
		if (answer.state !== 'ok') throw new Error(`${name} may not come in: ${JSON.stringify(answer)}`);
		return { member, name, cookie, workspace: this.relay.workspace };
	}

	/** A browser adds these headers by itself. */
	#api(headers: Record<string, string>, heard: (response: Response) => void = () => undefined): RelayApi {
		const { url } = this.relay;
		return {
			base: url,
			fetch: async (input, init) => {
				const own = new Headers(init?.headers);
				for (const [key, value] of Object.entries({ ...headers, origin: url })) own.set(key, value);
				const response = await fetch(input, { ...init, headers: own });
				heard(response);
				return response;
			}
		};
	}
}
