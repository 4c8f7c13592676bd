import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ConfigError, readConfig } from './config.ts';

describe('readConfig', () => {
	it('needs nothing', () => {
		expect(readConfig({})).toEqual({
			host: '127.0.0.1',
			port: 4800,
			dataDir: resolve('./data'),
			logLevel: 'info'
		});
	});

	it('takes what is set', () => {
		const env = { HOST: '::1', PORT: '0', DATA_DIR: '/srv/rapport', LOG_LEVEL: 'warn' };
		expect(readConfig(env)).toEqual({
			host: '::1',
			port: 0,
			dataDir: resolve('/srv/rapport'),
			logLevel: 'warn'
		});
	});

	it.each([
		['PORT', 'http', 'from 1 to 65535'],
		['PORT', '65536', 'from 1 to 65535'],
		['PORT', '-1', 'from 1 to 65535'],
		['PORT', '4800.5', 'from 1 to 65535'],
		['HOST', '0.0.0.0', 'this machine only'],
		['HOST', '192.168.1.4', '127.0.0.1, ::1, localhost'],
		['LOG_LEVEL', 'loud', 'debug']
	])('names variable, value and what is allowed: %s=%s', (variable, value, allowed) => {
		const read = () => readConfig({ [variable]: value });
		expect(read).toThrow(ConfigError);
		expect(read).toThrow(variable);
		expect(read).toThrow(JSON.stringify(value));
		expect(read).toThrow(allowed);
	});
});
