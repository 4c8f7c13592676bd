import type { Row } from '#core/documents/row.ts';
import type { PartyDraft } from '#core/documents/new-party.ts';
import { newId, type MemberId, type PartyId, type RoomName, type WorkspaceId } from '#core/model/id.ts';
import { parseRoom } from '#core/protocol/room.ts';
import { project } from '#core/documents/project.ts';
import { StorageError } from '../storage/failure.ts';
import { loadLocalContent } from '../storage/local-content.ts';
import { Value, type Source } from '../storage/source.ts';
import { goneWriters } from '../storage/writers.ts';
import { reportFault } from '../sync/fault.ts';
import { IndexFeed } from '../sync/feed.ts';
import type { Contact, Standing } from './contact.ts';
import { Drain } from './drain.ts';
import { Filling, type Coverage } from './filling.ts';
import { foldDocument, foldLeftovers } from './folding.ts';
import { ImportStore } from './import-store.ts';
import { MemberNames } from './member-names.ts';
import { OpenParties } from './open-parties.ts';
import type { OpenResult } from './open-party.ts';
import { PartyIndex, type FeedChange } from './party-index.ts';
import { PastReceipts } from './past-receipts.ts';
import { ReceiptWriter } from './receipt-writer.ts';
import { SpaceWatch, type StorageSpace } from './storage-space.ts';
import { closeStores, type Stores } from './stores.ts';
import { summarise } from './sync-state.ts';
import type { SyncSummary } from './sync-summary.ts';
import type { Me, WorkspaceSession } from './workspace.ts';

/** Ms after the feed told of changes until the changed documents are fetched for the shelf: all devices do so. */
const FILL_AFTER = 10_000;
/** The same for documents that this device lacks, or shows without what others wrote. */
const FILL_SOON = 1_000;
/** Ms between two looks for edits that a killed tab has left. */
const SWEEP_EVERY = 20_000;

/** One member's workspace in one tab: the stores, the contact with the relay, and all that goes between them. */
export class Session implements WorkspaceSession {
	readonly workspace: WorkspaceId;
	readonly me: Me;
	readonly parties: PartyIndex;
	readonly receipts: PastReceipts;
	readonly importTarget: ImportStore;
	readonly #stores: Stores;
	readonly #contact: Contact;
	readonly #feed: IndexFeed;
	readonly #filling: Filling;
	readonly #drain: Drain;
	readonly #open: OpenParties;
	readonly #receiptWriter: ReceiptWriter;
	readonly #names: MemberNames;
	readonly #space = new SpaceWatch();
	readonly #sync = new Value<SyncSummary>({ state: 'onDevice', waiting: 0 });
	/** Documents with own rows that lack what others wrote. */
	readonly #outdated = new Set<RoomName>();
	readonly #stops: (() => void)[] = [];
	#fillTimer: ReturnType<typeof setTimeout> | undefined;
	/** When the next filling is due, by `performance.now()`. */
	#fillDue = Number.POSITIVE_INFINITY;
	#lastStanding: Standing['state'] = 'starting';
	/** The shelf was filled on this connection: what others wrote while we were away is here. */
	#isFilled = false;

	constructor(stores: Stores, contact: Contact, me: Me) {
		this.workspace = stores.owner.workspace;
		this.me = me;
		this.#stores = stores;
		this.#contact = contact;
		this.parties = new PartyIndex(stores.owner, stores.rows, (room) => this.#reproject(room));
		this.#names = new MemberNames(stores.owner, stores.meta, me);
		this.#feed = new IndexFeed(contact.link, contact.api, this.parties);
		this.#filling = new Filling(stores, contact, {
			pulled: (rooms) => this.#pulled(rooms),
			healed: (documents) => this.#healed(documents)
		});
		this.#drain = new Drain(stores, contact, (rooms) => this.parties.acknowledge(rooms));
		this.#open = new OpenParties({ stores, contact, index: this.parties }, (room) => this.#closed(room));
		this.receipts = new PastReceipts(stores, this.#open);
		this.#receiptWriter = new ReceiptWriter(stores, contact, this.parties, (receipt) =>
			this.receipts.put(receipt)
		);
		const around = { contact, index: this.parties, open: this.#open };
		this.importTarget = new ImportStore(stores, around, () => void this.#drain.run());
	}

	get sync(): Source<SyncSummary> {
		return this.#sync;
	}

	get members(): Source<ReadonlyMap<MemberId, string>> {
		return this.#names.names;
	}

	get coverage(): Source<Coverage> {
		return this.#filling.coverage;
	}

	get space(): Source<StorageSpace> {
		return this.#space.space;
	}

	/** Reads what the first screen needs from the disk; all else goes on behind it. */
	async begin(): Promise<void> {
		const { outbox } = this.#stores;
		await outbox.refresh();
		await this.parties.load((room) => outbox.waiting.current.rooms.has(room));
		await this.#projectWaiting();
		this.#watch();
		this.#tell();
		this.#contact.start();
		this.#feed.start();
		void this.#beginLater();
	}

	async createParty(draft: PartyDraft): Promise<PartyId> {
		const party = newId<PartyId>();
		await this.importTarget.create(party, draft);
		return party;
	}

	openParty(party: PartyId): Promise<OpenResult> {
		return this.#open.open(party);
	}

	askToPersist(): Promise<void> {
		return this.#space.askToPersist();
	}

	reconnect(): void {
		this.#contact.kick();
	}

	async leave(): Promise<void> {
		await this.#stores.meta.leave();
		await this.close();
	}

	async close(): Promise<void> {
		clearTimeout(this.#fillTimer);
		for (const stop of this.#stops.splice(0)) stop();
		await this.#open.closeAll();
		this.#feed.stop();
		this.#contact.close();
		this.#receiptWriter.close();
		await Promise.all([this.#drain.close(), this.#filling.close()]);
		this.parties.close();
		this.receipts.close();
		await closeStores(this.#stores);
	}

	/** A tab that was killed may not have come to its rows; what the outbox has is newer. */
	async #projectWaiting(): Promise<void> {
		await this.#attempt(async () => {
			await this.#projectAll(this.#stores.outbox.writtenRooms());
		});
	}

	async #projectAll(rooms: Iterable<RoomName>): Promise<void> {
		const edits: { room: RoomName; rows: Row[]; basis: number }[] = [];
		for (const room of rooms) {
			const { doc, seq } = await loadLocalContent(this.#stores, this.#stores.owner, room);
			edits.push({ room, rows: project(doc, room, 0), basis: seq });
			doc.destroy();
		}
		if (edits.length > 0) await this.parties.edit(edits);
	}

	async #beginLater(): Promise<void> {
		// A tab that was closed or killed without contact may not have come to it.
		if (this.#contact.awaySince.current !== undefined) await this.#markAway();
		await Promise.all([
			this.#names.load(),
			this.receipts.load(),
			this.#filling.begin(),
			this.#space.askToPersist()
		]);
		await this.#sweep();
		await this.#attempt(() => this.#stores.rows.tidy());
	}

	#watch(): void {
		const { outbox } = this.#stores;
		const tell = (): void => this.#tell();
		const sweeping = setInterval(() => void this.#sweep(), SWEEP_EVERY);
		this.#stops.push(
			this.#contact.standing.observe(() => this.#standingChanged()),
			this.#contact.agreement.observe(() => void this.#drain.run()),
			outbox.waiting.observe(tell),
			outbox.waiting.observe(() => void this.#tellReceipt()),
			outbox.failure.observe(tell),
			this.#open.areSaved.observe(tell),
			this.#open.delay.observe(tell),
			this.#drain.delay.observe(tell),
			this.#feed.state.observe(() => void this.#feedChanged()),
			this.parties.onFeed((changes) => this.#fed(changes)),
			this.#contact.link.directory.observe(() => void this.#names.take(this.#contact.link.directory.current)),
			() => clearInterval(sweeping)
		);
	}

	#standingChanged(): void {
		const { state } = this.#contact.standing.current;
		this.#tell();
		if (state === this.#lastStanding) return;
		this.#lastStanding = state;
		this.#isFilled = false;
		if (state === 'online') void this.#catchUp();
		if (state === 'away') void this.#markAway();
	}

	/** There is contact: what waits goes out, what is new comes in. */
	async #catchUp(): Promise<void> {
		await Promise.all([this.#drain.run(), this.#fill()]);
		await this.#foldAll();
		await this.#tellReceipt();
	}

	async #fill(): Promise<void> {
		await this.#filling.run();
		await this.#attempt(() => this.#stores.rows.tidy());
		void this.#space.look();
		this.#isFilled = this.#contact.isOnline && this.#filling.coverage.current.state === 'complete';
		await this.#tellReceipt();
	}

	#fillIn(wait: number): void {
		const due = performance.now() + wait;
		if (!this.#contact.isOnline || due >= this.#fillDue) return;
		clearTimeout(this.#fillTimer);
		this.#fillDue = due;
		this.#fillTimer = setTimeout(() => {
			this.#fillDue = Number.POSITIVE_INFINITY;
			void this.#fill();
		}, wait);
	}

	#fed(changes: readonly FeedChange[]): void {
		const isMissing = changes.some(({ isNew }) => isNew);
		if (isMissing) this.#filling.expect();
		this.#fillIn(isMissing ? FILL_SOON : FILL_AFTER);
	}

	async #feedChanged(): Promise<void> {
		if (this.#feed.state.current.state !== 'current') return;
		await this.parties.feedIsCurrent();
		await this.#tellReceipt();
	}

	async #tellReceipt(): Promise<void> {
		if (this.#isFilled && this.#feed.state.current.state === 'current')
			await this.#attempt(() => this.#receiptWriter.write());
	}

	/** What waits now belongs to the merge receipt of this time without contact. */
	async #markAway(): Promise<void> {
		await this.#attempt(() => this.#stores.outbox.markAway());
	}

	/** Edits of tabs that are gone: finished, if somebody was typing, and sent. */
	async #sweep(): Promise<void> {
		await this.#attempt(async () => {
			const isGone = await goneWriters(this.me.member);
			for (const { writer, room } of this.#stores.pendingEdits.all()) {
				const parsed = parseRoom(room);
				if (!isGone(writer) || parsed?.kind !== 'party') continue;
				const result = await this.#open.open(parsed.party);
				if (result.state === 'open') await result.party.close();
			}
			await this.#stores.outbox.refresh();
		});
		await this.#drain.run();
	}

	async #closed(room: RoomName): Promise<void> {
		await this.#attempt(async () => {
			if ((await foldDocument(this.#stores, room)) === 'stays') await this.#drain.run();
			await foldDocument(this.#stores, room);
		});
	}

	async #foldAll(): Promise<void> {
		await this.#attempt(async () => {
			if ((await foldLeftovers(this.#stores)) === 0) return;
			await this.#drain.run();
			await foldLeftovers(this.#stores);
		});
	}

	/** A newer row came for a document with own edits: what the device shows of it must contain both (rule 26). */
	#reproject(room: RoomName): void {
		this.#outdated.add(room);
		this.#fillIn(FILL_SOON);
	}

	async #pulled(rooms: readonly RoomName[]): Promise<void> {
		const waiting = this.#stores.outbox.waiting.current.rooms;
		// What is through meanwhile has the feed's rows, and an open document projects itself.
		const isDue = (room: RoomName): boolean =>
			this.#outdated.delete(room) && waiting.has(room) && !this.#open.isOpen(room);
		await this.#projectAll(rooms.filter(isDue));
	}

	#healed(documents: number): void {
		this.#receiptWriter.healed(documents);
		const { rooms } = this.#stores.outbox.waiting.current;
		void this.parties.renumber((room) => rooms.has(room));
	}

	/** What fails here shows in a store's own `failure`, and is done again at the next occasion. */
	async #attempt(work: () => Promise<void>): Promise<void> {
		try {
			await work();
		} catch (cause) {
			if (!(cause instanceof StorageError)) reportFault(cause);
		}
	}

	#tell(): void {
		const { outbox } = this.#stores;
		const next = summarise({
			contact: this.#contact.standing.current,
			waiting: outbox.waiting.current,
			failure: outbox.failure.current,
			areOpenSaved: this.#open.areSaved.current,
			delay: this.#open.delay.current ?? this.#drain.delay.current
		});
		if (JSON.stringify(next) !== JSON.stringify(this.#sync.current)) this.#sync.set(next);
	}
}
