import * as Y from 'yjs';
import {
	newId,
	type AddressId,
	type AnyId,
	type ChannelId,
	type ImportId,
	type MemberId,
	type PersonId
} from '../model/id.ts';
import type { PartyKind, PartyTextKey } from '../model/party.ts';
import { isPartyRoleKey } from '../model/party-role.ts';
import { newRankedRow, type newRow } from './new-row.ts';
import { LOCAL_ORIGIN } from './origin.ts';
import type { AddressValues, ChannelValues, PersonValues } from './party.ts';
import { PARTY_ROOTS } from './roots.ts';

/** What a party begins with. Empty texts are not written. */
export type PartyDraft = { kind: PartyKind } & Partial<Record<PartyTextKey, string>> & {
		roles?: readonly string[];
		channels?: readonly Omit<ChannelValues, 'person'>[];
		addresses?: readonly AddressValues[];
		persons?: readonly (PersonValues & { channels?: readonly Omit<ChannelValues, 'person'>[] })[];
	};

/**
 * Writes a new party into an empty document, in one transaction and without changes: what a field began with
 * needs no author of its own. `at` in ms since the epoch. Throws when the document has a record already.
 */
export function createParty(
	doc: Y.Doc,
	draft: PartyDraft,
	origin: { by: MemberId; at: number; importId?: ImportId | undefined }
): void {
	const record = doc.getMap<unknown>(PARTY_ROOTS.record);
	if (record.size > 0) throw new Error('the document holds a party already');
	const { kind, roles = [], channels = [], addresses = [], persons = [], ...texts } = draft;
	doc.transact(() => {
		record.set('kind', kind);
		for (const [key, value] of Object.entries(texts)) if (value !== '') record.set(key, value);
		record.set('createdAt', origin.at);
		record.set('createdBy', origin.by);
		if (origin.importId) record.set('importId', origin.importId);
		const roleTable = doc.getMap<unknown>(PARTY_ROOTS.roles);
		for (const key of roles) {
			if (!isPartyRoleKey(key)) throw new Error(`no key of a party role: ${key}`);
			roleTable.set(`${key}/active`, true);
			roleTable.set(`${key}/since`, origin.at);
		}
		for (const channel of channels) addRow(doc, PARTY_ROOTS.channels, newId<ChannelId>(), channel);
		for (const address of addresses) addRow(doc, PARTY_ROOTS.addresses, newId<AddressId>(), address);
		for (const { channels: own = [], ...person } of persons) {
			const id = newId<PersonId>();
			addRow(doc, PARTY_ROOTS.persons, id, person);
			for (const channel of own)
				addRow(doc, PARTY_ROOTS.channels, newId<ChannelId>(), { ...channel, person: id });
		}
	}, LOCAL_ORIGIN);
}

function addRow(doc: Y.Doc, root: string, id: AnyId, values: Parameters<typeof newRow>[0]): void {
	doc.getMap<unknown>(root).set(id, new Y.Map<unknown>(newRankedRow(id, values)));
}
