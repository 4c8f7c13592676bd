import { recordField, rowField } from '#core/documents/field-path.ts';
import type { PartyDocument } from '#core/documents/party.ts';
import { byTime, type Change } from '#core/model/change.ts';
import { PARTY_TEXT_KEYS } from '#core/model/party.ts';

const KEYS = {
	channels: ['value', 'type', 'label', 'person', 'preferred', 'doNotUse'],
	addresses: ['purpose', 'street', 'extra', 'postcode', 'city', 'region', 'country'],
	persons: ['title', 'givenName', 'familyName', 'function', 'department', 'topics'],
	entries: ['at', 'title', 'direction', 'person', 'number', 'content', 'result', 'minutes']
} as const;

/** All changes that the document still has, oldest first. Older ones are the relay's history. */
export function recentChanges(document: PartyDocument): Change[] {
	const fields = ['kind', ...PARTY_TEXT_KEYS].map(recordField);
	for (const role of document.roles.list()) fields.push(rowField('roles', role.id, 'active'));
	for (const table of ['channels', 'addresses', 'persons', 'entries'] as const)
		for (const row of document[table].list())
			for (const key of KEYS[table]) fields.push(rowField(table, row.id, key));
	return fields.flatMap((field) => document.changesOf(field)).sort(byTime);
}
