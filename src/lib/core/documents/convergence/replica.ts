import * as Y from 'yjs';
import type { MemberId } from '../../model/id.ts';
import type { FieldEdit, PendingEdit } from '../field-edit.ts';
import { PartyDocument } from '../party.ts';
import type { Chance } from './random.ts';

/** One member's device: a document that is saved, closed, loaded again, and edits that are under way. */
export class Replica {
	readonly member: MemberId;
	readonly #chance: Chance;
	readonly #send: (update: Uint8Array) => void;
	doc = new Y.Doc();
	party = new PartyDocument(this.doc);
	edits: FieldEdit[] = [];
	/** How far this device's clock is off, in ms. */
	readonly skew: number;
	isOnline = true;
	/** The name as a listener on its path alone has seen it last. */
	seenName = '';

	constructor(member: MemberId, chance: Chance, send: (update: Uint8Array) => void) {
		this.member = member;
		this.#chance = chance;
		this.#send = send;
		this.skew = chance.number(-200, 200);
		this.#open([]);
	}

	receive(update: Uint8Array): void {
		Y.applyUpdate(this.doc, update, 'network');
	}

	/**
	 * Closes the document and loads it from its bytes, as a restart does: under a new client id, with the edits that
	 * were under way known as plain data only. Returns those, to be finished.
	 */
	restart(): PendingEdit[] {
		const pending = this.edits.map((edit) => edit.pending).filter((edit) => edit !== undefined);
		const kept = JSON.parse(JSON.stringify(pending)) as PendingEdit[];
		const bytes = Y.encodeStateAsUpdate(this.doc);
		this.party.destroy();
		this.doc.destroy();
		this.#open([bytes]);
		return kept;
	}

	#open(updates: Uint8Array[]): void {
		this.doc = new Y.Doc();
		this.doc.clientID = this.#chance.number(1, 2 ** 31 - 1);
		for (const update of updates) Y.applyUpdate(this.doc, update, 'storage');
		this.party = new PartyDocument(this.doc);
		this.edits = [];
		this.seenName = this.party.record.name;
		this.party.observe('record/name', () => {
			this.seenName = this.party.record.name;
		});
		this.doc.on('update', (update: Uint8Array, origin: unknown) => {
			if (origin !== 'network' && origin !== 'storage') this.#send(update);
		});
	}
}
