import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocket, WebSocketServer, type RawData } from 'ws';
import {
	decodeClientFrames,
	decodeRelayFrames,
	encodeClientFrame,
	encodeRelayFrame,
	type ClientFrame,
	type RelayFrame
} from '#core/protocol/mux.ts';

/** What the proxy does with a frame: `hold` keeps it, in order per kind, until `release`. */
export type Verdict = 'pass' | 'hold' | 'drop';

type Pair = { device: WebSocket; relay: WebSocket; held: RelayFrame[] };

/**
 * A line between devices and a relay that sees single frames and can hold, drop or cut them. What happens on
 * the real wire happens here, only when the test says so.
 */
export class WireProxy {
	/** Judges what the relay says; replace at any time. */
	fromRelay: (frame: RelayFrame) => Verdict = () => 'pass';
	/** Judges what devices say; `hold` counts as `drop`. */
	fromDevice: (frame: ClientFrame) => Verdict = () => 'pass';
	/** Everything that devices said, in order. */
	readonly heard: ClientFrame[] = [];
	/** Everything that the relay said, in order. */
	readonly told: RelayFrame[] = [];
	/** Where the relay is; replace it when it comes back elsewhere. */
	target: string;
	/** New connections are accepted, and nothing is ever said to them. */
	isMute = false;
	/** New connections are cut at once. */
	isDown = false;
	readonly #pairs = new Set<Pair>();
	readonly #mutes = new Set<WebSocket>();
	readonly #http = createServer();
	readonly #server = new WebSocketServer({ server: this.#http });

	private constructor(target: string) {
		this.target = target;
		this.#server.on('connection', (device, request) => {
			if (this.isDown) device.terminate();
			else if (this.isMute) this.#mutes.add(device);
			else this.#join(device, request.headers);
		});
	}

	/** Stands before the relay whose mux is at `target`, `ws://host:port/sync`. */
	static async before(target: string): Promise<WireProxy> {
		const proxy = new WireProxy(target);
		await new Promise<void>((resolve) => proxy.#http.listen(0, '127.0.0.1', resolve));
		return proxy;
	}

	get url(): string {
		return `ws://127.0.0.1:${(this.#http.address() as AddressInfo).port}/sync`;
	}

	/** Physical connections through the proxy now. */
	get connections(): number {
		return this.#pairs.size;
	}

	/** Lets go of what is held, and holds no more. */
	release(): void {
		this.fromRelay = () => 'pass';
		for (const pair of this.#pairs) {
			for (const frame of pair.held.splice(0)) pair.device.send(encodeRelayFrame(frame));
		}
	}

	/** Says `bytes` to all devices as if the relay had. */
	inject(bytes: Uint8Array): void {
		for (const { device } of this.#pairs) device.send(bytes);
	}

	/** Cuts all connections without a word. */
	cut(): void {
		for (const { device, relay } of this.#pairs) {
			device.terminate();
			relay.terminate();
		}
		for (const device of this.#mutes) device.terminate();
		this.#mutes.clear();
	}

	async close(): Promise<void> {
		this.cut();
		this.#server.close();
		await new Promise((resolve) => this.#http.close(resolve));
	}

	#join(device: WebSocket, headers: NodeJS.Dict<string | string[]>): void {
		const { host } = new URL(this.target);
		const relay = new WebSocket(this.target, headers['sec-websocket-protocol'] as string, {
			headers: { cookie: String(headers.cookie ?? ''), origin: `http://${host}` }
		});
		const pair: Pair = { device, relay, held: [] };
		this.#pairs.add(pair);
		const waiting: Uint8Array[] = [];
		const end = (): void => {
			this.#pairs.delete(pair);
			device.terminate();
			relay.terminate();
		};
		for (const side of [device, relay]) side.on('error', end);
		device.on('close', end);
		relay.on('close', (code, reason) => {
			this.#pairs.delete(pair);
			if (code >= 1000 && code !== 1005 && code !== 1006) device.close(code, reason);
			else device.terminate();
		});
		device.on('message', (data) => {
			const bytes = this.#judgeDevice(toBytes(data));
			if (bytes.length === 0) return;
			if (relay.readyState === WebSocket.OPEN) relay.send(bytes);
			else waiting.push(bytes);
		});
		relay.on('open', () => waiting.splice(0).forEach((bytes) => relay.send(bytes)));
		relay.on('message', (data) => this.#judgeRelay(pair, toBytes(data)));
	}

	#judgeDevice(bytes: Uint8Array): Uint8Array {
		const frames = decodeClientFrames(bytes);
		this.heard.push(...frames);
		const passed = frames.filter((frame) => this.fromDevice(frame) === 'pass');
		return passed.length === frames.length ? bytes : Buffer.concat(passed.map(encodeClientFrame));
	}

	#judgeRelay(pair: Pair, bytes: Uint8Array): void {
		for (const frame of decodeRelayFrames(bytes)) {
			this.told.push(frame);
			const verdict = this.fromRelay(frame);
			if (verdict === 'pass') pair.device.send(encodeRelayFrame(frame));
			else if (verdict === 'hold') pair.held.push(frame);
		}
	}
}

/** A copy of one message, however `ws` hands it over. */
const toBytes = (data: RawData): Uint8Array =>
	new Uint8Array(Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data as Buffer));
