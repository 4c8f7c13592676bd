import * as Y from 'yjs';
import type { RoomName, WorkspaceId } from '#core/model/id.ts';
import {
	decodeCompareRequest,
	decodePullRequest,
	decodePushRequest,
	encodeCompareResults,
	encodePullItem,
	encodePushResults,
	type CompareResult,
	type PullItem,
	type PushResult
} from '#core/protocol/messages.ts';
import type { RefusalReason } from '#core/protocol/refusal.ts';
import type { Line } from './contact.ts';

/** A relay's HTTP side in memory, that can be made to refuse, to be cut off and to be put back. */
export class PaperRelay {
	incarnation = 'first';
	readonly rooms = new Map<RoomName, { seq: number; update: Uint8Array }>();
	/** What it says to an update; undefined takes it. */
	refuse: (room: RoomName, update: Uint8Array) => RefusalReason | undefined = () => undefined;
	/** Rooms of one pull after which the line breaks. */
	cutAfter = Number.POSITIVE_INFINITY;
	/** The device has compared its log with this one (rule 12). */
	isAgreed = true;
	readonly pushed: { room: RoomName; update: Uint8Array }[] = [];
	readonly pulls: { known: number | undefined; have: number; sent: number }[] = [];
	#seq = 0;

	/** The contact that a device has with it. */
	get line(): Line {
		const welcome = {
			kind: 'welcome' as const,
			version: 1,
			workspace: '' as WorkspaceId,
			member: '' as never,
			incarnation: this.incarnation,
			head: this.#seq
		};
		return {
			api: { base: '', fetch: (url, init) => this.#answer(String(url), init) },
			isOnline: true,
			isAgreed: this.isAgreed,
			agree: () => {
				this.isAgreed = true;
			},
			welcome
		};
	}

	write(room: RoomName, update: Uint8Array): number {
		const before = this.rooms.get(room);
		const all = before ? Y.mergeUpdates([before.update, update]) : update;
		this.rooms.set(room, { seq: ++this.#seq, update: all });
		return this.#seq;
	}

	/** Puts back the state of `rooms`, as a restored backup does. */
	restore(rooms: ReadonlyMap<RoomName, { seq: number; update: Uint8Array }>): void {
		this.incarnation = 'second';
		this.isAgreed = false;
		this.rooms.clear();
		for (const [room, content] of rooms) this.rooms.set(room, content);
		this.#seq = Math.max(0, ...[...rooms.values()].map(({ seq }) => seq));
	}

	/** What the room says here, as plain words. */
	words(room: RoomName): unknown[] {
		const doc = new Y.Doc();
		const content = this.rooms.get(room);
		if (content) Y.applyUpdate(doc, content.update);
		return doc.getArray('words').toArray();
	}

	async #answer(path: string, init: RequestInit | undefined): Promise<Response> {
		const body = new Uint8Array(await new Response(init?.body ?? null).arrayBuffer());
		if (path === '/api/push') return bytes(this.#push(body));
		if (path === '/api/pull') return this.#pull(body);
		if (path === '/api/compare') return bytes(encodeCompareResults(this.#compare(body)));
		throw new TypeError(`nothing at ${path}`);
	}

	#push(body: Uint8Array): Uint8Array {
		const results = decodePushRequest(body).items.map(({ room, update }): PushResult => {
			const reason = this.refuse(room, update);
			if (reason) return { state: 'refused', reason };
			this.pushed.push({ room, update });
			return { state: 'saved', seq: this.write(room, update) };
		});
		return encodePushResults(results);
	}

	#pull(body: Uint8Array): Response {
		const { known, have } = decodePullRequest(body);
		const position = { incarnation: this.incarnation, seq: this.#seq };
		if (known && known.incarnation !== this.incarnation && known.seq > this.#seq) {
			this.pulls.push({ known: known.seq, have: have.size, sent: 0 });
			return bytes(encodePullItem({ kind: 'diverged', position }));
		}
		const items: PullItem[] = [];
		for (const [room, { seq, update }] of this.rooms)
			if (seq > (have.get(room) ?? known?.seq ?? 0))
				items.push({ kind: 'room', room, seq, updates: [update] });
		const sent = Math.min(items.length, this.cutAfter);
		this.pulls.push({ known: known?.seq, have: have.size, sent });
		const whole = sent === items.length;
		const parts = [...items.slice(0, sent), ...(whole ? [{ kind: 'end' as const, position }] : [])];
		return bytes(concat(parts.map(encodePullItem)));
	}

	#compare(body: Uint8Array): CompareResult[] {
		return decodeCompareRequest(body).items.map(({ room, snapshot }) => {
			const mine = this.rooms.get(room);
			const doc = new Y.Doc();
			if (mine) Y.applyUpdate(doc, mine.update);
			const theirs = Y.decodeSnapshot(snapshot);
			const ours = Y.snapshot(doc);
			const lacks = (a: Y.Snapshot, b: Y.Snapshot): boolean =>
				[...b.sv].some(([client, clock]) => (a.sv.get(client) ?? 0) < clock);
			return { relayLacks: lacks(ours, theirs), deviceLacks: lacks(theirs, ours), seq: mine?.seq ?? 0 };
		});
	}
}

const bytes = (content: Uint8Array): Response => new Response(content as Uint8Array<ArrayBuffer>);

function concat(parts: readonly Uint8Array[]): Uint8Array {
	const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
	let at = 0;
	for (const part of parts) {
		all.set(part, at);
		at += part.length;
	}
	return all;
}
