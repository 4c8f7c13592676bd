import * as Y from 'yjs';
import { createParty } from '#core/documents/new-party.ts';
import type { FieldEdit } from '#core/documents/field-edit.ts';
import { PartyDocument } from '#core/documents/party.ts';
import { newId, type MemberId, type PartyId, type RoomName } from '#core/model/id.ts';
import { Value } from '$lib/storage/source.ts';
import type { OpenParty } from '$lib/workspace/open-party.ts';
import type { DocumentSync } from '$lib/workspace/sync-summary.ts';
import { PartyDesk } from './party-desk.ts';

/** A member at their own copy of one party; `meet` brings the copies together. */
export function deskOf(doc: Y.Doc, me: MemberId = newId<MemberId>()): PartyDesk {
	const document = new PartyDocument(doc);
	const edits = new Map<string, FieldEdit>();
	const refuse = (): never => {
		throw new Error('a desk has no awareness');
	};
	const open: OpenParty = {
		party: newId<PartyId>(),
		room: 'room' as RoomName,
		document,
		state: new Value<DocumentSync>({ state: 'saved' }),
		notices: new Value([]),
		present: new Value([]),
		setPresence: () => undefined,
		get awareness() {
			return refuse();
		},
		doc,
		nameOf: () => undefined,
		editField(field, value) {
			const edit = edits.get(field) ?? document.beginEdit(field, me);
			edits.set(field, edit);
			edit.type(value, Date.now());
			return true;
		},
		leaveField(field) {
			edits.get(field)?.finish(Date.now());
		},
		retry: () => undefined,
		close: () => Promise.resolve()
	};
	return new PartyDesk(open, me);
}

/** Two copies of one new organisation. */
export function copies(name: string): [Y.Doc, Y.Doc] {
	const [one, other] = [new Y.Doc(), new Y.Doc()];
	createParty(one, { kind: 'organisation', name }, { by: newId<MemberId>(), at: 1 });
	meet(one, other);
	return [one, other];
}

/** Brings both copies to the same state, as the relay does. */
export function meet(one: Y.Doc, other: Y.Doc): void {
	Y.applyUpdate(other, Y.encodeStateAsUpdate(one, Y.encodeStateVector(other)));
	Y.applyUpdate(one, Y.encodeStateAsUpdate(other, Y.encodeStateVector(one)));
}
