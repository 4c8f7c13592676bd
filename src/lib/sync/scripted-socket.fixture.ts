import {
	decodeClientFrames,
	encodeRelayFrame,
	type ClientFrame,
	type RelayFrame
} from '#core/protocol/mux.ts';
import type { MemberId, WorkspaceId } from '#core/model/id.ts';

export const WORKSPACE = '01900000-0000-7000-8000-000000000001' as WorkspaceId;
export const ALICE = '01900000-0000-7000-8000-00000000000a' as MemberId;
export const WELCOME: RelayFrame = {
	kind: 'welcome',
	version: 1,
	workspace: WORKSPACE,
	member: ALICE,
	incarnation: 'i1',
	head: 0
};

/** A physical socket whose other end is the test: for what only a controlled clock shows. */
export class ScriptedSocket {
	static readonly all: ScriptedSocket[] = [];
	readonly OPEN = 1;
	readyState = 0;
	binaryType = '';
	onmessage: ((event: { data: unknown }) => void) | null = null;
	onclose: ((event: { code: number; reason: string }) => void) | null = null;
	onerror: (() => void) | null = null;
	readonly heard: ClientFrame[] = [];
	/** Answers pings by itself. */
	isAlive = true;

	/** As MuxLink's `connect`. */
	static readonly connect = (): WebSocket => {
		const socket = new ScriptedSocket();
		ScriptedSocket.all.push(socket);
		return socket as unknown as WebSocket;
	};

	static get last(): ScriptedSocket {
		const last = ScriptedSocket.all.at(-1);
		if (!last) throw new Error('nobody has connected');
		return last;
	}

	/** The connection stands, and the relay says who it is. */
	welcome(frame: RelayFrame = WELCOME): void {
		this.readyState = 1;
		this.say(frame);
	}

	say(...frames: RelayFrame[]): void {
		this.sayBytes(Buffer.concat(frames.map(encodeRelayFrame)));
	}

	sayBytes(bytes: Uint8Array): void {
		this.onmessage?.({ data: new Uint8Array(bytes).buffer });
	}

	/** The other end is gone. */
	drop(code = 1006, reason = ''): void {
		this.readyState = 3;
		this.onclose?.({ code, reason });
	}

	send(bytes: Uint8Array): void {
		const frames = decodeClientFrames(bytes);
		this.heard.push(...frames);
		if (!this.isAlive) return;
		for (const frame of frames) {
			if (frame.kind === 'ping') queueMicrotask(() => this.say({ kind: 'pong', nonce: frame.nonce }));
			if (frame.kind !== 'open') continue;
			const { request } = frame;
			queueMicrotask(() => this.say({ kind: 'opened', request, channel: request }));
		}
	}

	close(): void {
		this.readyState = 3;
	}
}
