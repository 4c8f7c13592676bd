import { getRequestListener } from '@hono/node-server';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { pino, type Logger } from 'pino';
import { RateLimiterMemory } from 'rate-limiter-flexible';
import type { MemberId, WorkspaceId } from '#core/model/id.ts';
import type { Position } from '#core/protocol/messages.ts';
import { encodeRelayFrame } from '#core/protocol/mux.ts';
import { ConfigError } from './config.ts';
import type { House } from './authorise.ts';
import { Hub } from './connections/hub.ts';
import { Shared } from './connections/outbound.ts';
import { SOCKET_OPTIONS, Sockets, type SocketOptions } from './connections/sockets.ts';
import { openDataDir, type DataDir } from './data-dir/data-dir.ts';
import { createApp } from './http/app.ts';
import { IndexThread } from './index/index-thread.ts';
import { Compactor } from './log/compactor.ts';
import { Reader } from './log/reader.ts';
import { Members } from './members/members.ts';
import { createPage } from './page/page.ts';
import { Writer, type WriterOptions } from './rooms/writer.ts';

export type RelayOptions = {
	/** Made when it is not there. One relay alone can use it. */
	dataDir: string;
	/** 127.0.0.1 unless given. */
	host?: string;
	/** 0, the default, takes any free port. */
	port?: number;
	/** The built page. */
	buildDir?: string;
	logger?: Logger;
	/** For tests: smaller limits, a shorter keep-alive. */
	sockets?: Partial<Omit<SocketOptions, 'limits'>> & { limits?: Partial<SocketOptions['limits']> };
	/** For tests: slow or failing commits. */
	writer?: Omit<WriterOptions, 'path'>;
	/** Wishes for a session per minute. */
	sessionsPerMinute?: number;
};

export type Relay = {
	/** `http://HOST:PORT` */
	url: string;
	port: number;
	/** For scripts, see DATA_DIR/token. */
	token: string;
	workspace: WorkspaceId;
	/** In whose name scripts with the token write. */
	script: MemberId;
	/** Where the log stands. */
	position: () => Position;
	/** What is open now, for health and tests. */
	census: () => { connections: number; rooms: number };
	/** Resolves when the index has caught up with the log. */
	indexed: () => Promise<void>;
	/** Resolves when the log can't be written or read any more: all is refused until the relay is started again. */
	failure: Promise<Error>;
	/** Stops accepting, closes the sockets with 1012, writes what is queued, closes every file. */
	close: () => Promise<void>;
};

const BUILD_DIR = join(import.meta.dirname, '..', 'build');
const SESSIONS_PER_MINUTE = 300;

/** Starts a relay; resolves when it listens. Throws ConfigError, DataDirError, or what the database said. */
export async function createRelay(options: RelayOptions): Promise<Relay> {
	const logger = options.logger ?? pino({ level: 'silent' });
	const dataDir = openDataDir(options.dataDir);
	// What has been started, to be stopped in reverse.
	const stops: (() => unknown)[] = [dataDir.release];
	const stop = async (): Promise<void> => {
		for (const one of stops.splice(0).reverse()) await one();
	};
	try {
		return await start(dataDir, options, logger, stops, stop);
	} catch (error) {
		await stop();
		throw error;
	}
}

async function start(
	dataDir: DataDir,
	options: RelayOptions,
	logger: Logger,
	stops: (() => unknown)[],
	stop: () => Promise<void>
): Promise<Relay> {
	const logPath = join(dataDir.path, 'log.db');
	const members = new Members(dataDir.path);
	stops.push(() => members.close());
	const writer = await Writer.open({ ...options.writer, path: logPath });
	stops.push(() => writer.close());
	let isWell = true;
	const reader = new Reader({ path: logPath, incarnation: writer.position.incarnation });
	stops.push(() => reader.close());
	writer.onFault = (fault) => logger.error({ fault }, 'writes were refused');
	const failure = new Promise<Error>((resolve) => {
		writer.onFailure = reader.onFailure = (error) => {
			isWell = false;
			resolve(error);
		};
	});
	const compactor = new Compactor(writer, reader, (room, error) =>
		logger.error({ room, error }, 'a room could not be compacted')
	);
	stops.push(() => compactor.close());
	const { incarnation } = writer.position;
	const index = new IndexThread({ path: join(dataDir.path, 'index.db'), logPath, incarnation }, logger);
	stops.push(() => index.close());

	const hub = new Hub(
		writer,
		(room, stateVector) => reader.ask('missing', room, stateVector),
		(member) => members.nameOf(member)
	);
	hub.onCommit = () => index.look();
	const { workspace, token } = dataDir;
	const house: House = { workspace, token, members, port: 0 };
	const socketOptions = {
		...SOCKET_OPTIONS,
		...options.sockets,
		limits: { ...SOCKET_OPTIONS.limits, ...options.sockets?.limits }
	};
	const sockets = new Sockets({
		house,
		hub,
		position: () => writer.position,
		logger,
		options: socketOptions
	});
	index.onStep = (json) => {
		if (sockets.hasFollowers) sockets.tell(new Shared(encodeRelayFrame({ kind: 'feed', json })), 'followers');
	};
	members.onChange = (directory, member) => {
		sockets.tell(new Shared(encodeRelayFrame({ kind: 'directory', json: JSON.stringify(directory) })), 'all');
		hub.introduce(member);
	};
	const app = createApp({
		house,
		hub,
		reader,
		index,
		logger,
		sessionPace: new RateLimiterMemory({
			points: options.sessionsPerMinute ?? SESSIONS_PER_MINUTE,
			duration: 60
		}),
		servePage: createPage(options.buildDir ?? BUILD_DIR, dataDir.path),
		isWell: () => isWell
	});
	const listener = getRequestListener(app.fetch, { overrideGlobalObjects: false });
	const server = createServer((request, response) => void listener(request, response));
	server.on('upgrade', (request, socket, head) => sockets.upgrade(request, socket, head));
	const host = options.host ?? '127.0.0.1';
	house.port = await listen(server, host, options.port ?? 0);
	stops.push(async () => {
		// Together: the server counts its upgraded sockets, too, as connections that must end first.
		await Promise.all([closeServer(server), sockets.close()]);
	});

	return {
		url: `http://${host.includes(':') ? `[${host}]` : host}:${house.port}`,
		port: house.port,
		token,
		workspace,
		script: members.script,
		position: () => writer.position,
		census: () => ({ connections: sockets.size, rooms: hub.openRooms }),
		indexed: () => index.caughtUp(),
		failure,
		close: stop
	};
}

function listen(server: Server, host: string, port: number): Promise<number> {
	return new Promise((resolve, reject) => {
		server.once('error', (error: NodeJS.ErrnoException) => reject(listenError(error, host, port)));
		server.listen({ host, port, exclusive: true }, () => resolve((server.address() as AddressInfo).port));
	});
}

function listenError(error: NodeJS.ErrnoException, host: string, port: number): Error {
	if (error.code === 'EADDRINUSE')
		return new ConfigError(
			'PORT',
			String(port),
			'another program listens there. Stop it, or choose another port.'
		);
	if (error.code === 'EACCES')
		return new ConfigError('PORT', String(port), 'this user may not listen there. Choose a port above 1023.');
	if (error.code === 'EADDRNOTAVAIL')
		return new ConfigError('HOST', host, 'this machine has no such address. Try 127.0.0.1.');
	return error;
}

/** Takes no more requests and gives those under way a moment. */
function closeServer(server: Server): Promise<void> {
	return new Promise((resolve) => {
		const impatience = setTimeout(() => server.closeAllConnections(), 1_000);
		server.close(() => {
			clearTimeout(impatience);
			resolve();
		});
		server.closeIdleConnections();
	});
}
