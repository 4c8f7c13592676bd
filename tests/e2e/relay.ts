import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const READY = /Rapport listening on (http:\/\/\S+)/;
/** Milliseconds until a relay that has not said that it listens is taken to have failed. */
const PATIENCE = 20_000;

/**
 * A real relay in a process of its own, with a data folder of its own, on a port of its own that it keeps over
 * restarts, so that devices find it again. Made by `startRelay`; end it with `dispose`.
 */
export class Relay {
	readonly dataDir: string;
	readonly #env: Record<string, string>;
	#child: ChildProcess | undefined;
	#output = '';
	#url: URL | undefined;

	constructor(dataDir: string, env: Record<string, string>) {
		this.dataDir = dataDir;
		this.#env = env;
	}

	/** Where the app is opened, without a slash at the end. */
	get url(): string {
		if (!this.#url) throw new Error('the relay was never started');
		return this.#url.origin;
	}

	/** The running process; throws while there is none. */
	get pid(): number {
		if (this.#child?.pid === undefined) throw new Error('the relay is not running');
		return this.#child.pid;
	}

	/** Everything that all runs of this relay have printed. */
	get output(): string {
		return this.#output;
	}

	/** What a script without an Origin shows as `?token=` (rule 20). */
	async token(): Promise<string> {
		return (await readFile(join(this.dataDir, 'token'), 'utf8')).trim();
	}

	/**
	 * Starts the process and waits until it listens; `env` goes over what `startRelay` was given. `script` runs in place
	 * of the relay's own main, with data folder and port before its own arguments.
	 */
	async start(env: Record<string, string> = {}, [script, ...args]: string[] = []): Promise<void> {
		if (this.#child) throw new Error('the relay is already running');
		const child = spawn(process.execPath, this.#command(script, args), {
			env: {
				...process.env,
				HOST: '127.0.0.1',
				PORT: this.#url?.port ?? '0',
				DATA_DIR: this.dataDir,
				...this.#env,
				...env
			},
			stdio: ['ignore', 'pipe', 'pipe']
		});
		this.#child = child;
		child.once('exit', () => {
			if (this.#child === child) this.#child = undefined;
		});
		this.#url = new URL(await this.#listening(child));
	}

	#command(script: string | undefined, args: string[]): string[] {
		return script ? [script, this.dataDir, this.#url?.port ?? '0', ...args] : ['sync-server/main.ts'];
	}

	#listening(child: ChildProcess): Promise<string> {
		const { promise, resolve, reject } = Promise.withResolvers<string>();
		let said = '';
		const hear = (chunk: Buffer): void => {
			this.#output += chunk.toString();
			said += chunk.toString();
			const url = READY.exec(said)?.[1];
			if (url) resolve(url);
		};
		const late = setTimeout(() => {
			child.kill('SIGKILL');
			reject(new Error(`the relay did not listen within ${PATIENCE} ms:\n${said}`));
		}, PATIENCE);
		child.stdout?.on('data', hear);
		child.stderr?.on('data', hear);
		child.once('error', reject);
		child.once('exit', (code, signal) => reject(new Error(`the relay ended (${code ?? signal}):\n${said}`)));
		return promise.finally(() => clearTimeout(late));
	}

	/** Asks the relay to end as a service would, and waits until it has. */
	stop(): Promise<void> {
		return this.#end('SIGTERM');
	}

	/** Takes the process away in mid-step; what was not on disk is gone. */
	kill(): Promise<void> {
		return this.#end('SIGKILL');
	}

	async #end(signal: NodeJS.Signals): Promise<void> {
		const child = this.#child;
		if (!child) return;
		const ended = once(child, 'exit');
		child.kill(signal);
		await ended;
	}

	/** Same port, same data; with SIGTERM unless told to `kill`. */
	async restart(
		how: 'stop' | 'kill' = 'stop',
		env: Record<string, string> = {},
		command: string[] = []
	): Promise<void> {
		await this.#end(how === 'stop' ? 'SIGTERM' : 'SIGKILL');
		await this.start(env, command);
	}

	/** Ends the relay and deletes its data. */
	async dispose(): Promise<void> {
		await this.kill();
		await rm(this.dataDir, { recursive: true, force: true });
	}
}

/** A relay that listens, on a free port, with an empty data folder. */
export async function startRelay(env: Record<string, string> = {}): Promise<Relay> {
	const relay = new Relay(await mkdtemp(join(tmpdir(), 'rapport-e2e-')), env);
	await relay.start();
	return relay;
}
