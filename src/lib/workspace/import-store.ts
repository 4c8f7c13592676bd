import * as Y from 'yjs';
import { createParty, type PartyDraft } from '#core/documents/new-party.ts';
import { PartyDocument } from '#core/documents/party.ts';
import { project } from '#core/documents/project.ts';
import type { Row } from '#core/documents/row.ts';
import type { ImportId, PartyId, RoomName } from '#core/model/id.ts';
import { partyRoom } from '#core/protocol/room.ts';
import { documentDatabases, loadLocalContent } from '../storage/local-content.ts';
import type { OutboxRow } from '../storage/outbox-row.ts';
import type { Contact } from './contact.ts';
import type { ImportedParty, ImportTarget } from './import-target.ts';
import type { OpenParties } from './open-parties.ts';
import type { PartyIndex } from './party-index.ts';
import type { Stores } from './stores.ts';

type Written = { room: RoomName; update: Uint8Array; rows: Row[]; seq: number };

/** Documents that are read side by side. */
const AT_ONCE = 50;

/** Ms of work after which the screen gets its turn. */
const TURN_MS = 12;

/**
 * Writes parties that nobody has open: to outbox and shelf in bulk, to the rows, and from there to the relay by the
 * drain (rule 22).
 */
export class ImportStore implements ImportTarget {
	readonly #stores: Stores;
	readonly #contact: Contact;
	readonly #index: PartyIndex;
	readonly #open: OpenParties;
	readonly #written: () => void;
	/** Numbers of rows without a writer: unique per room also after a restart. */
	#next = Date.now() * 1_000;

	/** `written` is told when something waits to be sent. */
	constructor(
		stores: Stores,
		around: { contact: Contact; index: PartyIndex; open: OpenParties },
		written: () => void
	) {
		this.#stores = stores;
		this.#contact = around.contact;
		this.#index = around.index;
		this.#open = around.open;
		this.#written = written;
	}

	/** Makes one party; durable when it resolves, or in memory when the device's storage fails (see the summary). */
	async create(party: PartyId, draft: PartyDraft): Promise<void> {
		const made = this.#make(party, draft, undefined);
		// The outbox first: what only the shelf has is never sent. A failure shows in the summary, and the party is
		// there all the same.
		const kept = this.#stores.outbox.append(this.#rowOf(made)).then(() => this.#stores.shelf.add([made]));
		await Promise.allSettled([kept, this.#index.edit([owned(made)])]);
		this.#written();
	}

	async writeMany(parties: readonly ImportedParty[], importId: ImportId): Promise<void> {
		const made: Written[] = [];
		const pause = pacer();
		for (const { party, draft } of parties) {
			made.push(this.#make(party, draft, importId));
			await pause();
		}
		await this.#write(made);
	}

	async removeMany(parties: readonly PartyId[]): Promise<number> {
		const removed: Written[] = [];
		const databases = await documentDatabases();
		let count = 0;
		for (let at = 0; at < parties.length; at += AT_ONCE) {
			const removals = parties.slice(at, at + AT_ONCE).map(async (party) => {
				const room = partyRoom(this.#stores.owner.workspace, party);
				if (this.#open.isOpen(room)) count += await this.#removeOpen(party);
				else removed.push(...(await this.#remove(room, databases)));
			});
			await Promise.all(removals);
			if (removed.length >= 500) count += await this.#write(removed.splice(0));
		}
		return count + (await this.#write(removed));
	}

	async #removeOpen(party: PartyId): Promise<number> {
		const result = await this.#open.open(party);
		if (result.state !== 'open') return 0;
		result.party.document.removeParty(this.#stores.owner.member, Date.now());
		await result.party.close();
		return 1;
	}

	async #remove(room: RoomName, databases: ReadonlySet<string>): Promise<Written[]> {
		const { doc, isKnown, seq } = await loadLocalContent(this.#stores, this.#stores.owner, room, databases);
		if (!isKnown) return [];
		const updates: Uint8Array[] = [];
		doc.on('update', (update: Uint8Array) => updates.push(update));
		const document = new PartyDocument(doc);
		document.removeParty(this.#stores.owner.member, Date.now());
		const rows = project(doc, room, 0);
		document.destroy();
		doc.destroy();
		return [{ room, update: Y.mergeUpdates(updates), rows, seq }];
	}

	async #write(written: readonly Written[]): Promise<number> {
		if (written.length === 0) return 0;
		// The outbox first: what it has can never be lost, what only the shelf had would never be sent.
		await this.#stores.outbox.appendAll(written.map((one) => this.#rowOf(one)));
		await Promise.all([this.#stores.shelf.add(written), this.#index.edit(written.map(owned))]);
		this.#written();
		return written.length;
	}

	#make(party: PartyId, draft: PartyDraft, importId: ImportId | undefined): Written {
		const { workspace, member } = this.#stores.owner;
		const room = partyRoom(workspace, party);
		const doc = new Y.Doc();
		createParty(doc, draft, { by: member, at: Date.now(), importId });
		const written = { room, update: Y.encodeStateAsUpdate(doc), rows: project(doc, room, 0), seq: 0 };
		doc.destroy();
		return written;
	}

	#rowOf({ room, update }: Written): OutboxRow {
		const away = this.#contact.standing.current.state === 'away';
		return { room, writer: '', n: this.#next++, update, at: Date.now(), away };
	}
}

const owned = ({ room, rows, seq }: Written): { room: RoomName; rows: Row[]; basis: number } => ({
	room,
	rows,
	basis: seq
});

/** Waits for the next turn of the event loop whenever the work since the last one took long. */
function pacer(): () => Promise<void> {
	let since = performance.now();
	return async () => {
		if (performance.now() - since < TURN_MS) return;
		await new Promise((resolve) => setTimeout(resolve));
		since = performance.now();
	};
}
