import { PartyDocument } from '#core/documents/party.ts';
import type { PartyRow } from '#core/documents/row.ts';
import type { PartyId, RoomName } from '#core/model/id.ts';
import { isTrashed } from '#core/model/trash.ts';
import { partyName } from '#core/model/name.ts';
import { parseRoom } from '#core/protocol/room.ts';
import { loadLocalContent } from '../storage/local-content.ts';
import { receiptLock } from '../storage/names.ts';
import type { Delivered } from '../storage/outbox-row.ts';
import type { FeedRows } from '../storage/rows.ts';
import type { Absence } from './contact.ts';
import type { MergeReceipt, ReceiptConflict, ReceivedParty, SentParty } from './merge-receipt.ts';
import type { FeedChange, PartyIndex } from './party-index.ts';
import type { Stores } from './stores.ts';

/** What a document tells of a time without contact. */
type Told = {
	sent: SentParty;
	conflicts: ReceiptConflict[];
	/** What others did in it meanwhile. */
	others: ReceivedParty | undefined;
};

/** Parties that one receipt names on each side; beyond that nobody reads on. */
const MOST_TOLD = 300;

/**
 * Writes the merge receipt of a time without contact: once the feed is current, the shelf is filled and everything
 * that waited is through or refused. One tab writes it; when there is nothing to tell, nobody does.
 */
export class ReceiptWriter {
	readonly #stores: Stores;
	readonly #contact: Absence;
	readonly #index: PartyIndex;
	readonly #written: (receipt: MergeReceipt) => Promise<void>;
	readonly #received = new Map<PartyId, FeedChange>();
	readonly #stop: () => void;
	#healed = 0;
	#running: Promise<void> | undefined;

	constructor(
		stores: Stores,
		contact: Absence,
		index: PartyIndex,
		written: (receipt: MergeReceipt) => Promise<void>
	) {
		this.#stores = stores;
		this.#contact = contact;
		this.#index = index;
		this.#written = written;
		this.#stop = index.onFeed((changes, step) => this.#receive(changes, step));
	}

	/** The relay had lost so many documents, and has them again. */
	healed(documents: number): void {
		this.#healed += documents;
	}

	/** To be called when feed, shelf and outbox have caught up after a contact. */
	async write(): Promise<void> {
		this.#running ??= this.#tryToWrite().finally(() => {
			this.#running = undefined;
		});
		await this.#running;
	}

	close(): void {
		this.#stop();
	}

	#receive(changes: readonly FeedChange[], step: FeedRows): void {
		// The first load of all rows is no news, nor is a list that is sent anew.
		if (this.#contact.awaySince.current === undefined || step.reset) return;
		for (const { row, isNew } of changes)
			this.#received.set(row.party, { row, isNew: isNew || this.#received.get(row.party)?.isNew === true });
	}

	async #tryToWrite(): Promise<void> {
		const since = this.#contact.awaySince.current;
		if (!this.#contact.isOnline || (since === undefined && this.#healed === 0)) return;
		if (await this.#stores.outbox.isAwayWaiting()) return;
		await navigator.locks.request(receiptLock(this.#stores.owner), async () => {
			const isMine = since !== undefined && this.#contact.isStillAway();
			const delivered = isMine ? await this.#stores.outbox.delivered() : [];
			const receipt = await this.#compose(isMine ? since : undefined, delivered);
			if (receipt) await this.#written(receipt);
			await this.#stores.outbox.forgetDelivered(delivered.map(({ room }) => room));
		});
		this.#received.clear();
		this.#healed = 0;
		this.#contact.returned();
	}

	async #compose(
		since: number | undefined,
		delivered: readonly Delivered[]
	): Promise<MergeReceipt | undefined> {
		const sent: SentParty[] = [];
		const conflicts: ReceiptConflict[] = [];
		const others = new Map<PartyId, ReceivedParty>();
		const isImported = ({ room }: Delivered): boolean => this.#rowOf(room)?.facts.importId !== '';
		const telling = [...delivered].sort((a, b) => Number(isImported(a)) - Number(isImported(b)));
		for (const { room, since: from } of telling.slice(0, MOST_TOLD)) {
			const told = await this.#tellSent(room, from);
			if (!told) continue;
			sent.push(told.sent);
			conflicts.push(...told.conflicts);
			if (told.others) others.set(told.sent.party, told.others);
		}
		const sentParties = new Set(delivered.flatMap(({ room }) => this.#rowOf(room)?.party ?? []));
		const received = since === undefined ? [] : this.#tellReceived(sentParties, others);
		const refused = since === undefined ? [] : this.#tellRefused();
		const hasNews = sent.length + received.length + refused.length + conflicts.length + this.#healed > 0;
		if (!hasNews) return undefined;
		const until = Date.now();
		return {
			id: crypto.randomUUID(),
			since: since ?? until,
			until,
			sent,
			received: received.slice(0, MOST_TOLD),
			sentMore: Math.max(0, telling.length - MOST_TOLD),
			receivedMore: Math.max(0, received.length - MOST_TOLD),
			refused,
			conflicts,
			healed: this.#healed,
			isRead: false
		};
	}

	async #tellSent(room: RoomName, since: number): Promise<Told | undefined> {
		const parsed = parseRoom(room);
		if (parsed?.kind !== 'party') return undefined;
		const { doc } = await loadLocalContent(this.#stores, this.#stores.owner, room);
		const document = new PartyDocument(doc);
		try {
			const me = this.#stores.owner.member;
			const { party } = parsed;
			const name = partyName(document.record);
			const changes = document.changesSince(since);
			const mine = changes.filter((change) => change.by === me);
			const entries = document.entries
				.list()
				.filter((entry) => entry.by === me && entry.createdAt >= since && !isTrashed(entry))
				.map(({ id, kind, title }) => ({ id, kind, title }));
			const { createdAt, createdBy } = document.record;
			const fields = [...new Set(mine.map((change) => change.field))];
			const sent = { party, name, created: createdBy === me && createdAt >= since, fields, entries };
			// Only what I took part in now: an old conflict of others was told to them.
			const conflicts = document
				.conflicts()
				.filter(({ field }) => fields.includes(field))
				.map(({ field, values }) => ({ party, name, field, values }));
			// By their own clocks, which is as near as one gets.
			const last = [...changes, ...document.entries.list().filter((entry) => entry.createdAt >= since)]
				.filter(({ by }) => by !== me)
				.sort((a, b) => b.at - a.at)[0];
			const others = last && { party, name, by: last.by, at: last.at, isNew: false };
			return { sent, conflicts, others };
		} finally {
			document.destroy();
			doc.destroy();
		}
	}

	#rowOf(room: RoomName): PartyRow | undefined {
		const parsed = parseRoom(room);
		return parsed?.kind === 'party' ? this.#index.get(parsed.party) : undefined;
	}

	/** My own edits come back by the feed as well; of a party that I sent, only what others did in it is news. */
	#tellReceived(sent: ReadonlySet<PartyId>, others: ReadonlyMap<PartyId, ReceivedParty>): ReceivedParty[] {
		const fed = [...this.#received.values()]
			.filter(({ row }) => !sent.has(row.party))
			.map(({ row, isNew }) => ({ party: row.party, name: row.facts.name, by: row.by, at: row.at, isNew }));
		return [...fed, ...others.values()].sort((a, b) => b.at - a.at);
	}

	#tellRefused(): MergeReceipt['refused'] {
		return [...this.#stores.outbox.waiting.current.refused].flatMap(([room, reason]) => {
			const row = this.#rowOf(room);
			return row ? [{ party: row.party, name: row.facts.name, reason }] : [];
		});
	}
}
