import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Logger } from 'pino';
import { RateLimiterMemory } from 'rate-limiter-flexible';
import { WebSocketServer, type WebSocket } from 'ws';
import { KEEP_ALIVE_MS, MAX_MESSAGE_BYTES, MAX_UPDATE_BYTES } from '#core/protocol/limits.ts';
import type { Position } from '#core/protocol/messages.ts';
import { REFUSALS, type RefusalReason } from '#core/protocol/refusal.ts';
import { MUX_SUBPROTOCOL, SYNC_PATH } from '#core/protocol/version.ts';
import { authorise, type House } from '../authorise.ts';
import { ENTRANCES } from '../entrances.ts';
import { can } from '../rights.ts';
import { Connection, type ConnectionLimits } from './connection.ts';
import type { Hub } from './hub.ts';
import { MuxConnection } from './mux-connection.ts';
import type { Shared } from './outbound.ts';
import { StockConnection } from './stock-connection.ts';

export type SocketOptions = {
	/** Between two signs of life to a stock client, in ms. */
	keepAliveMs: number;
	limits: ConnectionLimits;
	/** Messages and frames of one connection in ten seconds. */
	framesPerTenSeconds: number;
};

export const SOCKET_OPTIONS: SocketOptions = {
	keepAliveMs: KEEP_ALIVE_MS,
	limits: {
		outboundBytes: 16 * 1024 * 1024,
		inFlightBytes: 8 * 1024 * 1024,
		messageBytes: MAX_MESSAGE_BYTES,
		readings: 16
	},
	framesPerTenSeconds: 200_000
};

/** A stock client has no parts: its message is a whole update. */
const STOCK_MESSAGE_BYTES = MAX_UPDATE_BYTES + 64;
/** Beyond this ws itself ends the connection while the message is still coming in. */
const MAX_PAYLOAD = 2 * MAX_UPDATE_BYTES;
const PROBE_MS = 30_000;

type SocketContext = {
	house: House;
	hub: Hub;
	position: () => Position;
	logger: Logger;
	options: SocketOptions;
};

/** Every WebSocket of the relay: how it comes in, how it is kept alive, how it ends. */
export class Sockets {
	readonly #server = new WebSocketServer({
		noServer: true,
		// The relay's messages are small or already dense; compression would cost each receiver its own encoding.
		perMessageDeflate: false,
		maxPayload: MAX_PAYLOAD,
		clientTracking: true,
		handleProtocols: (offered) => (offered.has(MUX_SUBPROTOCOL) ? MUX_SUBPROTOCOL : false)
	});
	readonly #context: SocketContext;
	readonly #pace: RateLimiterMemory;
	readonly #connections = new Set<Connection>();
	readonly #muxes = new Set<MuxConnection>();
	readonly #stocks = new Set<StockConnection>();
	readonly #timers: NodeJS.Timeout[];

	constructor(context: SocketContext) {
		this.#context = context;
		this.#pace = new RateLimiterMemory({ points: context.options.framesPerTenSeconds, duration: 10 });
		this.#timers = [
			setInterval(() => this.#keepAlive(), context.options.keepAliveMs),
			setInterval(() => this.#probe(), PROBE_MS)
		];
	}

	/** Connections that are open now. */
	get size(): number {
		return this.#connections.size;
	}

	/**
	 * Takes an upgrade. A hostile page gets no socket at all; everybody else gets one that is closed by name, because
	 * a browser's script can't see an HTTP status here and a provider would try again for ever.
	 */
	upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
		socket.on('error', (error) =>
			this.#context.logger.debug({ error: error.message }, 'upgrade socket error')
		);
		const url = readAddress(request.url ?? '/');
		if (!url) return rejectUpgrade(socket, 'malformed');
		const offered = (request.headers['sec-websocket-protocol'] ?? '').split(',').map((name) => name.trim());
		const entrance = url.pathname === SYNC_PATH ? 'mux' : 'stock';
		const judgement = authorise(
			entrance,
			{
				headers: request.headers,
				method: 'GET',
				queryToken: url.searchParams.get('token') ?? undefined
			},
			this.#context.house
		);
		if (judgement.state === 'refused' && isHostile(judgement.reason)) {
			this.#context.logger.warn({ reason: judgement.reason }, 'upgrade refused');
			rejectUpgrade(socket, judgement.reason);
			return;
		}
		if (entrance === 'stock' && !url.pathname.startsWith(`${SYNC_PATH}/`))
			return rejectUpgrade(socket, 'unknownRoom');
		this.#server.handleUpgrade(request, socket, head, (webSocket) => {
			webSocket.on('error', () => undefined);
			const reason =
				judgement.state === 'refused'
					? judgement.reason
					: judgement.state === 'anybody'
						? 'noSession'
						: entrance === 'mux' && !offered.includes(MUX_SUBPROTOCOL)
							? 'oldClient'
							: undefined;
			if (reason || judgement.state !== 'member') {
				webSocket.close(REFUSALS[reason ?? 'noSession'].code, reason ?? 'noSession');
				return;
			}
			if (entrance === 'mux') this.#addMux(webSocket, socket, judgement.member);
			else this.#addStock(webSocket, socket, judgement.member, url.pathname);
		});
	}

	/** Tells every device, or those that follow the feed. */
	tell(frames: Shared, to: 'all' | 'followers'): void {
		for (const mux of this.#muxes) if (to === 'all' || mux.follows) mux.tell(frames);
	}

	/** Whether anybody follows the feed. */
	get hasFollowers(): boolean {
		return [...this.#muxes].some(({ follows }) => follows);
	}

	/** Ends all connections with 1012 and waits until they are gone; devices come back by themselves. */
	async close(): Promise<void> {
		for (const timer of this.#timers) clearInterval(timer);
		for (const connection of this.#connections) connection.end('shuttingDown');
		const gone = [...this.#server.clients].map(
			(client) => new Promise((resolve) => client.once('close', resolve))
		);
		const impatience = setTimeout(() => {
			for (const client of this.#server.clients) client.terminate();
		}, 1_000);
		await Promise.all(gone);
		clearTimeout(impatience);
		this.#server.close();
	}

	#addMux(webSocket: WebSocket, socket: Duplex, member: Connection['member']): void {
		const { hub, house, position } = this.#context;
		const connection = this.#connect(webSocket, socket, member, 'mux');
		const mux = new MuxConnection(connection, {
			hub,
			workspace: house.workspace,
			position: position(),
			directory: house.members.directory
		});
		this.#muxes.add(mux);
		webSocket.on('close', () => {
			this.#muxes.delete(mux);
			mux.close();
		});
	}

	#addStock(webSocket: WebSocket, socket: Duplex, member: Connection['member'], path: string): void {
		const { hub, house } = this.#context;
		const right = can(
			member,
			ENTRANCES.stock.room,
			decodePath(path.slice(SYNC_PATH.length + 1)),
			house.workspace
		);
		const connection = this.#connect(webSocket, socket, member, 'stock');
		if (right.state === 'refused') return connection.end(right.reason);
		const stock = new StockConnection(connection, hub, right.room);
		this.#stocks.add(stock);
		webSocket.on('close', () => {
			this.#stocks.delete(stock);
			stock.close();
		});
	}

	#connect(
		webSocket: WebSocket,
		socket: Duplex,
		member: Connection['member'],
		kind: 'mux' | 'stock'
	): Connection {
		const { limits } = this.#context.options;
		const connection = new Connection({
			socket,
			webSocket,
			member,
			limits: kind === 'mux' ? limits : { ...limits, messageBytes: STOCK_MESSAGE_BYTES },
			pace: this.#pace,
			logger: this.#context.logger,
			joins: kind === 'mux'
		});
		this.#connections.add(connection);
		webSocket.on('close', () => this.#connections.delete(connection));
		return connection;
	}

	#keepAlive(): void {
		for (const stock of this.#stocks) stock.keepAlive();
	}

	#probe(): void {
		for (const connection of this.#connections) connection.probe();
	}
}

const isHostile = (reason: RefusalReason): boolean => reason === 'wrongHost' || reason === 'wrongOrigin';

/** What stands in a request line may be no address: every web page can open `ws://127.0.0.1:PORT//[`. */
const readAddress = (text: string): URL | undefined => URL.parse(text, 'http://relay.invalid') ?? undefined;

/** The path as the client meant it; one that can't be decoded names no room. */
function decodePath(path: string): string {
	try {
		return decodeURIComponent(path);
	} catch (error) {
		if (error instanceof URIError) return '';
		throw error;
	}
}

function rejectUpgrade(socket: Duplex, reason: RefusalReason): void {
	const body = JSON.stringify({ refused: reason });
	const { status } = REFUSALS[reason];
	socket.end(
		`HTTP/1.1 ${status} Refused\r\nConnection: close\r\nContent-Type: application/json\r\n` +
			`Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`
	);
}
