import { resolve } from 'node:path';

const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'silent'] as const;
type LogLevel = (typeof LOG_LEVELS)[number];

/** What the relay is told by its environment. `dataDir` is absolute; `port` 0 asks the system for a free one. */
export type Config = { host: string; port: number; dataDir: string; logLevel: LogLevel };

/** A setting that can't be used. The message names the variable, its value and what is allowed. */
export class ConfigError extends Error {
	constructor(variable: string, value: string, allowed: string) {
		super(`${variable}=${JSON.stringify(value)} can't be used: ${allowed}`);
		this.name = 'ConfigError';
	}
}

/** Until accounts exist nobody but this machine may connect. */
const LOOPBACK_HOSTS = ['127.0.0.1', '::1', 'localhost'] as const;

/** Reads and checks the environment; an empty variable counts as not set. Throws ConfigError. */
export function readConfig(env: Readonly<Record<string, string | undefined>>): Config {
	return {
		host: readHost(env.HOST || '127.0.0.1'),
		port: readPort(env.PORT || '4800'),
		dataDir: resolve(env.DATA_DIR || './data'),
		logLevel: readLogLevel(env.LOG_LEVEL || 'info')
	};
}

function readHost(value: string): string {
	const host = LOOPBACK_HOSTS.find((loopback) => loopback === value);
	if (host) return host;
	throw new ConfigError(
		'HOST',
		value,
		`Rapport has no accounts yet and therefore serves this machine only. Allowed: ${LOOPBACK_HOSTS.join(', ')}.`
	);
}

function readPort(value: string): number {
	const port = /^\d{1,5}$/.test(value) ? Number(value) : Number.NaN;
	if (port <= 65_535) return port;
	throw new ConfigError('PORT', value, 'Allowed: a whole number from 1 to 65535, or 0 for any free port.');
}

function readLogLevel(value: string): LogLevel {
	const level = LOG_LEVELS.find((known) => known === value);
	if (level) return level;
	throw new ConfigError('LOG_LEVEL', value, `Allowed: ${LOG_LEVELS.join(', ')}.`);
}
