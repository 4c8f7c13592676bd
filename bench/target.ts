import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { WorkspaceId } from '#core/model/id.ts';
import { newId } from '#core/model/id.ts';
import type { Endpoint, WireKind } from './load/wire.ts';

/** A relay that the generator can load. */
export type RelayName = 'rapport' | 'rapport-stock' | 'hocuspocus' | 'leveldb';
/** Whatever stands in a line of a table. */
export type TargetName = RelayName | 'y-indexeddb';

const PEERS = join(import.meta.dirname, 'peers');
const TARGETS: Record<RelayName, { label: string; command: string; wire: WireKind; durable: boolean }> = {
	rapport: { label: 'Rapport', command: 'sync-server/main.ts', wire: 'mux', durable: true },
	'rapport-stock': {
		label: 'Rapport, stock clients',
		command: 'sync-server/main.ts',
		wire: 'stock',
		durable: true
	},
	hocuspocus: {
		label: 'Hocuspocus 4 + SQLite',
		command: join(PEERS, 'hocuspocus/server.js'),
		wire: 'hocuspocus',
		durable: true
	},
	leveldb: {
		label: '@y/websocket-server + LevelDB',
		command: join(PEERS, 'y-websocket/server.js'),
		wire: 'y-websocket',
		durable: true
	}
};

export const RELAY_NAMES = Object.keys(TARGETS) as RelayName[];
export const labelOf = (name: TargetName): string => (name === 'y-indexeddb' ? name : TARGETS[name].label);
export const isPeer = (name: TargetName): boolean => name === 'hocuspocus' || name === 'leveldb';

/** Installs the peers from their own lock files where they are not there. Throws when it fails. */
export function installPeers(): void {
	for (const peer of ['hocuspocus', 'y-websocket']) {
		const cwd = join(PEERS, peer);
		if (existsSync(join(cwd, 'node_modules'))) continue;
		console.error(`Installing ${peer} ...`);
		const { status } = spawnSync('npm', ['ci', '--no-fund', '--no-audit'], { cwd, stdio: 'inherit' });
		if (status !== 0) throw new Error(`${peer} could not be installed`);
	}
}

/** A relay under test, in a process of its own with data of its own. */
export class Target {
	readonly name: RelayName;
	readonly #dataDir: string;
	readonly #env: Record<string, string>;
	#child: ChildProcess | undefined;
	#url = '';
	#port = '0';
	#token = '';
	#workspace = newId<WorkspaceId>();

	private constructor(name: RelayName, dataDir: string, env: Record<string, string>) {
		this.name = name;
		this.#dataDir = dataDir;
		this.#env = env;
	}

	static async start(name: TargetName, env: Record<string, string> = {}): Promise<Target> {
		if (name === 'y-indexeddb') throw new Error('a store of the device is no relay');
		if (isPeer(name)) installPeers();
		const target = new Target(name, await mkdtemp(join(tmpdir(), `bench-${name}-`)), env);
		await target.#start();
		return target;
	}

	async #start(): Promise<void> {
		const child = spawn(process.execPath, [...profiling(), TARGETS[this.name].command], {
			env: {
				...process.env,
				HOST: '127.0.0.1',
				PORT: this.#port,
				DATA_DIR: this.#dataDir,
				LOG_LEVEL: 'error',
				...this.#env
			},
			stdio: ['ignore', 'pipe', 'inherit']
		});
		this.#child = child;
		// A run that is broken off leaves nothing behind.
		process.once('exit', () => child.kill('SIGKILL'));
		const { promise, resolve, reject } = Promise.withResolvers<string>();
		let said = '';
		child.stdout.on('data', (chunk: Buffer) => {
			if (this.#url === '' || said.length < 10_000) said += chunk.toString();
			const url = /listening on (http:\/\/\S+)/.exec(said)?.[1];
			if (url) resolve(url);
		});
		child.once('exit', () => reject(new Error(`${this.name} ended: ${said}`)));
		child.once('error', reject);
		this.#url = (await promise).replace(/\/$/, '');
		this.#port = new URL(this.#url).port;
		if (isPeer(this.name)) return;
		this.#token = (await readFile(join(this.#dataDir, 'token'), 'utf8')).trim();
		const answer = await fetch(`${this.#url}/api/workspace`);
		this.#workspace = ((await answer.json()) as { workspace: WorkspaceId }).workspace;
	}

	get pid(): number {
		if (this.#child?.pid === undefined) throw new Error(`${this.name} is not running`);
		return this.#child.pid;
	}

	get workspace(): WorkspaceId {
		return this.#workspace;
	}

	get endpoint(): Endpoint {
		return {
			kind: TARGETS[this.name].wire,
			url: this.#url.replace('http:', 'ws:'),
			token: this.#token
		};
	}

	/** Ends it as a service would and starts it again on the same data and port. */
	async restart(): Promise<void> {
		await this.#stop();
		await this.#start();
	}

	async #stop(): Promise<void> {
		const child = this.#child;
		this.#child = undefined;
		if (!child || child.exitCode !== null) return;
		const ended = once(child, 'exit');
		child.kill('SIGTERM');
		const late = setTimeout(() => child.kill('SIGKILL'), 20_000);
		await ended;
		clearTimeout(late);
	}

	async [Symbol.asyncDispose](): Promise<void> {
		await this.#stop();
		await rm(this.#dataDir, { recursive: true, force: true });
	}
}

/** `PROFILE=folder npm run bench -- ...` writes processor profiles of all relays there. */
const profiling = (): string[] =>
	process.env.PROFILE ? ['--cpu-prof', `--cpu-prof-dir=${process.env.PROFILE}`] : [];
