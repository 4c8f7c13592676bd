import type { Awareness } from 'y-protocols/awareness';
import type * as Y from 'yjs';
import { PartyDocument } from '#core/documents/party.ts';
import { project } from '#core/documents/project.ts';
import type { FieldPath } from '#core/model/change.ts';
import type { Scalar } from '#core/model/fields.ts';
import type { MemberId, PartyId, RoomName } from '#core/model/id.ts';
import type { StorageFailure } from '../storage/failure.ts';
import { loadLocalContent, type LocalContent } from '../storage/local-content.ts';
import { OutboxLog } from '../storage/local-log.ts';
import { documentLock } from '../storage/names.ts';
import { DocumentKeeper } from '../storage/open-documents.ts';
import { Value, type Source } from '../storage/source.ts';
import { beginWriter, goneWriters, holdLock, type Writer } from '../storage/writers.ts';
import { openDocumentSync, type DocumentSync as RelaySync } from '../sync/document-sync.ts';
import { Presence } from '../sync/presence.ts';
import type { Contact } from './contact.ts';
import { documentSync } from './document-state.ts';
import { FieldTyping } from './field-typing.ts';
import type { DocumentNotice, Present } from './open-party.ts';
import type { PartyIndex } from './party-index.ts';
import type { Stores } from './stores.ts';
import type { DocumentSync } from './sync-summary.ts';

/** What an opened document needs of its workspace. */
export type Surroundings = { stores: Stores; contact: Contact; index: PartyIndex };

/** Ms after a change until the document's own rows follow it. */
const PROJECT_AFTER = 250;

/**
 * One document on screen, however many parts of the screen show it: merged from all stores, kept by y-indexeddb and
 * the outbox, synced by the relay and with other tabs (rules 1, 22, 24).
 */
export class OpenedParty {
	readonly party: PartyId;
	readonly room: RoomName;
	readonly doc: Y.Doc;
	readonly document: PartyDocument;
	/** Something of it was on this device. */
	readonly isKnown: boolean;
	readonly #around: Surroundings;
	readonly #writer: Writer;
	readonly #release: () => Promise<void>;
	readonly #log: OutboxLog;
	readonly #keeper: DocumentKeeper;
	readonly #typing: FieldTyping;
	readonly #state: Value<DocumentSync>;
	readonly #notices = new Value<readonly DocumentNotice[]>([]);
	readonly #present = new Value<readonly Present[]>([]);
	readonly #stops: (() => void)[] = [];
	readonly #keeping: Promise<void>;
	#seq: number;
	#sync: RelaySync;
	#presence: Presence;
	#projection: ReturnType<typeof setTimeout> | undefined;
	#written: Promise<unknown> = Promise.resolve();

	/** Reads the document from this device's stores; nothing of the network is waited for. */
	static async open(around: Surroundings, party: PartyId, room: RoomName): Promise<OpenedParty> {
		const { owner, outbox } = around.stores;
		const release = await holdLock(documentLock(owner.member, room), 'shared');
		const writer = await beginWriter(owner.member);
		const isGone = await goneWriters(owner.member);
		// When the outbox can't be read, its `failure` says so and the orphans wait for the drain.
		const inherited = await outbox.inherit(room, isGone, writer.id).catch(() => 0);
		const content = await loadLocalContent(around.stores, owner, room);
		return new OpenedParty(around, { party, room, writer, release, inherited, content, isGone });
	}

	private constructor(
		around: Surroundings,
		opened: {
			party: PartyId;
			room: RoomName;
			writer: Writer;
			release: () => Promise<void>;
			inherited: number;
			content: LocalContent;
			isGone: (writer: string) => boolean;
		}
	) {
		const { party, room, writer, release, inherited, content } = opened;
		const { stores, contact } = around;
		const { member } = stores.owner;
		this.party = party;
		this.room = room;
		this.doc = content.doc;
		this.document = new PartyDocument(content.doc);
		this.isKnown = content.isKnown;
		this.#around = around;
		this.#writer = writer;
		this.#release = release;
		this.#seq = content.seq;
		this.#log = new OutboxLog(
			stores.outbox,
			{ room, writer: writer.id, inherited },
			() => contact.standing.current.state === 'away',
			{ acknowledged: (seq) => void this.#acknowledged(seq) }
		);
		this.#typing = new FieldTyping(
			this.document,
			{ room, writer: writer.id, me: member },
			stores.pendingEdits
		);
		this.#listen();
		this.#finishOrphanedEdits(opened.isGone);
		if (content.isDamaged) {
			stores.generations.bump(room, stores.generations.of(room));
			this.#notice({ kind: 'recovered' });
		}
		if (content.failure !== undefined) this.#notice({ kind: 'memoryOnly', failure: content.failure });
		this.#keeper = new DocumentKeeper(this.doc, { member, room, generations: stores.generations });
		[this.#sync, this.#presence] = this.#connect(stores.generations.of(room));
		this.#state = new Value(this.#stateNow());
		this.#keeping = this.#keep();
		this.#stops.push(
			stores.generations.onBump((bump) => {
				if (bump.room === room) void this.#changeGeneration();
			}),
			stores.outbox.waiting.observe(() => this.#tell()),
			stores.outbox.failure.observe(() => this.#tell()),
			contact.standing.observe(() => this.#tell())
		);
	}

	get state(): Source<DocumentSync> {
		return this.#state;
	}

	get notices(): Source<readonly DocumentNotice[]> {
		return this.#notices;
	}

	get present(): Source<readonly Present[]> {
		return this.#present;
	}

	get awareness(): Awareness {
		return this.#sync.awareness;
	}

	/** The relay's content is merged in. */
	get heard(): Source<boolean> {
		return this.#sync.heard;
	}

	/** Shares one field of our presence; undefined takes it away. */
	setPresence(field: string, value: unknown): void {
		this.#presence.set(field, value);
	}

	/** Who a client id of this document belongs to, as the relay said. */
	nameOf(client: number): { member: MemberId; name: string } | undefined {
		return this.#sync.identities.current.get(client);
	}

	editField(field: FieldPath, value: Scalar): boolean {
		return this.#typing.type(field, value);
	}

	leaveField(field: FieldPath): void {
		this.#typing.leave(field);
	}

	retry(): void {
		this.#sync.retry();
	}

	/** Finishes edits, waits until they are on the disk or the disk refuses, and lets go of everything. */
	async close(): Promise<void> {
		this.#typing.leaveAll();
		await this.#written;
		if (this.#projection !== undefined) await this.#project();
		for (const stop of this.#stops.splice(0)) stop();
		await this.#keeping;
		this.#presence.leave();
		this.#presence.close();
		this.#sync.close();
		await this.#keeper.stop();
		await this.#log.flush();
		this.document.destroy();
		this.doc.destroy();
		await this.#writer.release();
		await this.#release();
	}

	#listen(): void {
		const onUpdate = (
			update: Uint8Array,
			_origin: unknown,
			_doc: Y.Doc,
			transaction: Y.Transaction
		): void => {
			// Everything that came from elsewhere is applied by `applyUpdate`, which is never local.
			if (transaction.local) {
				const stored = this.#log.append(update, Date.now()).catch(() => undefined);
				this.#written = Promise.all([this.#written, stored]);
			}
			if (transaction.local || this.#around.index.isOwn(this.room)) this.#projectSoon();
		};
		this.doc.on('update', onUpdate);
		this.#stops.push(() => this.doc.off('update', onUpdate));
	}

	/** A tab that was killed while somebody typed: its edit gets its change now, before others' updates come in. */
	#finishOrphanedEdits(isGone: (writer: string) => boolean): void {
		const { pendingEdits } = this.#around.stores;
		for (const { writer, room, edit } of pendingEdits.all()) {
			if (room !== this.room || !isGone(writer)) continue;
			this.document.finishEdit(edit, Date.now());
			pendingEdits.forget(writer, room, edit.field);
		}
	}

	#connect(generation: number): [RelaySync, Presence] {
		const { stores, contact } = this.#around;
		const sync = openDocumentSync({
			doc: this.doc,
			room: this.room,
			link: contact.link,
			member: stores.owner.member,
			generation,
			localLog: this.#log
		});
		const presence = new Presence(sync);
		// Without a state of its own a client is not here for anybody, and the editor's cursor has nowhere to stand.
		presence.set('isOpen', true);
		const stopState = sync.state.observe(() => this.#tell());
		const stopPeople = presence.people.observe(() => this.#present.set(presence.people.current));
		this.#stops.push(stopState, stopPeople);
		return [sync, presence];
	}

	async #keep(): Promise<void> {
		const before = this.#around.stores.generations.of(this.room);
		const keeping = await this.#keeper.start();
		if (keeping.state === 'recovered') this.#notice({ kind: 'recovered' });
		if (keeping.state === 'notKept') {
			const failure: StorageFailure = this.#around.stores.outbox.failure.current ?? 'neverOpens';
			this.#notice({ kind: 'memoryOnly', failure });
		}
		if (keeping.generation !== before) this.#reconnect(keeping.generation);
	}

	/** Another tab found the document's database broken: both go on under the new generation. */
	async #changeGeneration(): Promise<void> {
		await this.#keeping;
		await this.#keep();
		this.#reconnect(this.#around.stores.generations.of(this.room));
	}

	/** The channel between tabs carries the generation, so it is made anew; our presence goes with it. */
	#reconnect(generation: number): void {
		const mine = this.#sync.awareness.getLocalState();
		this.#presence.close();
		this.#sync.close();
		[this.#sync, this.#presence] = this.#connect(generation);
		for (const [field, value] of Object.entries(mine ?? {})) this.#presence.set(field, value);
		this.#tell();
	}

	#projectSoon(): void {
		this.#projection ??= setTimeout(() => void this.#project(), PROJECT_AFTER);
	}

	async #project(): Promise<void> {
		clearTimeout(this.#projection);
		this.#projection = undefined;
		const { index } = this.#around;
		const isDirty = this.#log.waiting > 0 || this.#isWaiting();
		if (!isDirty && !index.isOwn(this.room)) return;
		const acknowledged = isDirty ? undefined : this.#seq;
		await index.edit([{ room: this.room, rows: project(this.doc, this.room, 0), basis: this.#seq }]);
		if (acknowledged !== undefined) await index.acknowledge(new Map([[this.room, acknowledged]]));
	}

	async #acknowledged(seq: number): Promise<void> {
		this.#seq = Math.max(this.#seq, seq);
		if (this.#projection !== undefined) await this.#project();
		// Another keystroke may have come meanwhile.
		if (this.#log.waiting === 0) await this.#around.index.acknowledge(new Map([[this.room, seq]]));
		this.#tell();
	}

	#isWaiting(): boolean {
		return this.#around.stores.outbox.waiting.current.rooms.has(this.room);
	}

	#notice(notice: DocumentNotice): void {
		if (this.#notices.current.some(({ kind }) => kind === notice.kind)) return;
		this.#notices.set([...this.#notices.current, notice]);
	}

	#stateNow(): DocumentSync {
		const { contact, stores } = this.#around;
		return documentSync(this.#sync.state.current, {
			waiting: stores.outbox.waiting.current.rooms.get(this.room) ?? 0,
			failure: stores.outbox.failure.current,
			refused: stores.outbox.waiting.current.refused.get(this.room),
			contact: contact.standing.current
		});
	}

	#tell(): void {
		const next = this.#stateNow();
		if (JSON.stringify(next) !== JSON.stringify(this.#state.current)) this.#state.set(next);
	}
}
