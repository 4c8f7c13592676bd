import { pino } from 'pino';
import { ConfigError, readConfig, type Config } from './config.ts';
import { DataDirError } from './data-dir/data-dir.ts';
import { createRelay, type Relay, type RelayOptions } from './server.ts';

/** Milliseconds that a relay whose thread has died gets for its other ends. */
const LAST_MS = 3_000;
type ForTests = Pick<RelayOptions, 'writer'>;

/** Runs the relay of this process until it is told to stop, or can't go on. `forTests` breaks it on purpose. */
export async function main(forTests: ForTests = {}): Promise<void> {
	const config = orExit(() => readConfig(process.env));
	const logger = pino(
		{ level: config.logLevel, base: null, serializers: { error: pino.stdSerializers.err } },
		pino.destination({ fd: 2, sync: false })
	);
	const relay = await startOrExit(config, logger, forTests);
	console.log(`Rapport listening on ${relay.url}`);
	console.log(
		`It serves one workspace, on this machine only, and asks each person a name. Its data is in ${config.dataDir}`
	);
	stopOnSignal(relay);
	void relay.failure.then((error) => endFailed(relay, error));
}

function startOrExit(
	{ host, port, dataDir }: Config,
	logger: pino.Logger,
	forTests: ForTests
): Promise<Relay> {
	return createRelay({ host, port, dataDir, logger, ...forTests }).catch((error: unknown) => exitWith(error));
}

/** A relay that can't write or read is none: it says so, ends, and whoever watches over it starts it again. */
function endFailed(relay: Relay, error: Error): void {
	console.error(
		`Rapport can't go on and ends: ${error.message}. What was saved is safe. Please start it again.`
	);
	console.error(error);
	const exit = (): never => process.exit(1);
	setTimeout(exit, LAST_MS);
	relay.close().then(exit, exit);
}

/** The first signal lets everything come to its end; a second one does not wait for it. */
function stopOnSignal(relay: Relay): void {
	let isStopping = false;
	const stop = (): void => {
		if (isStopping) process.exit(1);
		isStopping = true;
		relay.close().then(
			() => process.exit(0),
			(error: unknown) => exitWith(error)
		);
	};
	process.on('SIGTERM', stop);
	process.on('SIGINT', stop);
}

function orExit<T>(act: () => T): T {
	try {
		return act();
	} catch (error) {
		return exitWith(error);
	}
}

/** Says what is wrong, for a person where it was foreseen, with its stack where it was not. */
function exitWith(error: unknown): never {
	const isForeseen = error instanceof ConfigError || error instanceof DataDirError;
	console.error(isForeseen ? `Rapport can't start. ${error.message}` : error);
	process.exit(1);
}

if (import.meta.main) await main();
