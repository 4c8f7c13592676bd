import { pino } from 'pino';
import { ConfigError, readConfig, type Config } from './config.ts';
import { DataDirError } from './data-dir/data-dir.ts';
import { createRelay, type Relay } from './server.ts';

/** Runs the relay of this process until it is told to stop. */
export async function main(): Promise<void> {
	const config = orExit(() => readConfig(process.env));
	const logger = pino(
		{ level: config.logLevel, base: null, serializers: { error: pino.stdSerializers.err } },
		pino.destination({ fd: 2, sync: false })
	);
	const relay = await startOrExit(config, logger);
	console.log(`Rapport listening on ${relay.url}`);
	console.log(
		`It serves one workspace, on this machine only, and asks each person a name. Its data is in ${config.dataDir}`
	);
	stopOnSignal(relay);
	void relay.failure.then(async (error) => {
		logger.fatal({ error }, 'the log can not be written any more');
		await relay.close();
		exitWith(error);
	});
}

function startOrExit({ host, port, dataDir }: Config, logger: pino.Logger): Promise<Relay> {
	return createRelay({ host, port, dataDir, logger }).catch((error: unknown) => exitWith(error));
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
