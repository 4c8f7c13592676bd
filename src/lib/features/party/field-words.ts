import { m } from '#paraglide/messages.js';
import { parseFieldPath, type FieldTable } from '#core/documents/field-path.ts';
import type { PartyDocument } from '#core/documents/party.ts';
import { CHANNEL_TYPES } from '#core/model/channel.ts';
import type { FieldPath } from '#core/model/change.ts';
import type { Scalar } from '#core/model/fields.ts';
import { personName } from '#core/model/name.ts';
import { formatDate } from '$lib/ui/format.ts';
import { channelWord, purposeWord, recordWord, roleWord } from './party-words.ts';

type Keys = Record<string, () => string>;

const RECORD_KEYS = [
	'kind',
	'name',
	'title',
	'givenName',
	'familyName',
	'number',
	'vatId',
	'industry',
	'language',
	'remarks'
] as const;

const WORDS: Record<Exclude<FieldTable, 'roles'>, Keys> = {
	channels: {
		value: m.channel_value,
		type: m.channel_type,
		label: m.channel_label,
		person: m.entry_person,
		preferred: m.channel_preferred,
		doNotUse: m.channel_do_not_use
	},
	addresses: {
		purpose: m.address_purpose,
		street: m.address_street,
		extra: m.address_extra,
		postcode: m.address_postcode,
		city: m.address_city,
		region: m.address_region,
		country: m.address_country
	},
	persons: {
		title: m.party_title,
		givenName: m.party_given_name,
		familyName: m.party_family_name,
		function: m.person_function,
		department: m.person_department,
		topics: m.person_topics
	},
	entries: {
		at: m.entry_at,
		title: m.entry_title,
		direction: m.call_direction,
		person: m.entry_person,
		number: m.call_number,
		content: m.call_content,
		result: m.call_result,
		minutes: m.call_minutes
	}
};

/** A field in words: `Branche`, `Erika Muster: Funktion`. `document` names the row; without it the key alone. */
export function fieldWord(field: FieldPath, document?: PartyDocument): string {
	const place = parseFieldPath(field);
	if (!place) return field;
	if (place.table === 'record') {
		const key = RECORD_KEYS.find((known) => known === place.key);
		return key ? recordWord(key) : place.key;
	}
	if (place.table === 'roles') return m.field_role({ role: roleWord(place.id) });
	const word = WORDS[place.table][place.key]?.() ?? place.key;
	const row = document && rowWord(document, place.table, place.id);
	return row ? `${row}: ${word}` : word;
}

/** A value in words, '' when there is none. */
export function valueWord(field: FieldPath, value: Scalar, document?: PartyDocument): string {
	const key = parseFieldPath(field)?.key;
	const isFlag = typeof value === 'boolean' || key === 'preferred' || key === 'doNotUse' || key === 'active';
	if (isFlag) return value === true ? m.value_yes() : m.value_no();
	if (value === null || value === '') return '';
	if (key === 'at' && typeof value === 'number') return formatDate(value, 'dayTime');
	if (key === 'kind') return value === 'person' ? m.party_kind_person() : m.party_kind_organisation();
	if (key === 'direction') return value === 'in' ? m.call_in() : m.call_out();
	if (key === 'person' && typeof value === 'string') {
		const person = document?.persons.get(value);
		return person ? personName(person) : m.person_removed();
	}
	const type = key === 'type' ? CHANNEL_TYPES.find((known) => known === value) : undefined;
	return type ? channelWord(type) : String(value);
}

function rowWord(document: PartyDocument, table: FieldTable, id: string): string {
	if (table === 'persons') {
		const person = document.persons.get(id);
		return person ? personName(person) : '';
	}
	if (table === 'addresses') {
		const address = document.addresses.get(id);
		return address ? purposeWord(address.purpose) : '';
	}
	if (table === 'channels') {
		const channel = document.channels.get(id);
		return channel ? channelWord(channel.type) : '';
	}
	const entry = document.entries.get(id);
	return entry ? (entry.kind === 'call' ? m.entry_call() : m.entry_note()) : '';
}
