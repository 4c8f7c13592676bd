import { WebSocket as NodeSocket } from 'ws';
import { WebsocketProvider } from 'y-websocket';
import * as Y from 'yjs';
import type { MemberId, RoomName, WorkspaceId } from '#core/model/id.ts';
import type { RefusalReason } from '#core/protocol/refusal.ts';
import { openDocumentSync, type DocumentSync } from '../../src/lib/sync/document-sync.ts';
import type { DocumentState, LocalLog } from '../../src/lib/sync/document-state.ts';
import { MuxLink } from '../../src/lib/sync/mux-link.ts';

export type Account = { member: MemberId; name: string; cookie: string; workspace: WorkspaceId };

/** Waits until `holds`, checking whenever the event loop has been around; fails with `what` after `within` ms. */
export async function until(what: string, holds: () => boolean, within = 10_000): Promise<void> {
	const end = performance.now() + within;
	while (!holds()) {
		if (performance.now() > end) throw new Error(`waited in vain until ${what}`);
		await new Promise((resolve) => setTimeout(resolve, 5));
	}
}

/** Counts local updates as the outbox does, and remembers what it was told. */
class CountingLog implements LocalLog {
	last = 0;
	settled = 0;
	seq = 0;
	readonly refusals: RefusalReason[] = [];

	constructor(doc: Y.Doc) {
		doc.on('update', (_update: Uint8Array, origin: unknown) => {
			if (!(origin instanceof WebsocketProvider)) this.last++;
		});
	}

	settle(upTo: number, seq: number): void {
		this.settled = upTo;
		this.seq = seq;
	}

	refuse(reason: RefusalReason): void {
		this.refusals.push(reason);
	}
}

export type OpenDocument = {
	doc: Y.Doc;
	log: CountingLog;
	sync: DocumentSync;
	/** Every state it has been in. */
	states: DocumentState[];
	record: Y.Map<unknown>;
	is: (state: DocumentState['state']) => boolean;
};

/** A tab of a member without its browser: one link, real stock providers over it. */
export class Device {
	readonly link: MuxLink;
	readonly #account: Account;
	readonly #open: OpenDocument[] = [];

	constructor(account: Account, url: string, random: () => number = () => 0.001) {
		this.#account = account;
		const { origin } = new URL(url.replace('ws', 'http'));
		this.link = new MuxLink({
			url,
			workspace: account.workspace,
			member: account.member,
			connect: (to, protocol) =>
				new NodeSocket(to, protocol, { headers: { cookie: account.cookie, origin } }) as unknown as WebSocket,
			random
		});
		this.link.start();
	}

	/** Opens a document as the workspace does: the log hears of updates before the provider. */
	open(room: RoomName, { bc = false, generation = 1 } = {}): OpenDocument {
		const doc = new Y.Doc();
		const log = new CountingLog(doc);
		const { member } = this.#account;
		const sync = openDocumentSync({
			doc,
			room,
			link: this.link,
			member,
			generation,
			localLog: log,
			bc
		});
		const states = [sync.state.current];
		sync.state.observe(() => states.push(sync.state.current));
		const is = (state: DocumentState['state']): boolean => sync.state.current.state === state;
		const open = { doc, log, sync, states, record: doc.getMap('record'), is };
		this.#open.push(open);
		return open;
	}

	close(): void {
		for (const { sync, doc } of this.#open) {
			sync.close();
			doc.destroy();
		}
		this.link.stop();
	}
}
