import { m } from '#paraglide/messages.js';
import type { AddressPurpose } from '#core/model/address.ts';
import type { ChannelType } from '#core/model/channel.ts';
import type { PartyTextKey } from '#core/model/party.ts';

const ROLES: Record<string, () => string> = {
	lead: m.role_lead,
	customer: m.role_customer,
	supplier: m.role_supplier,
	partner: m.role_partner,
	employee: m.role_employee,
	representative: m.role_representative
};

const CHANNELS: Record<ChannelType, () => string> = {
	phone: m.channel_phone,
	mobile: m.channel_mobile,
	fax: m.channel_fax,
	email: m.channel_email,
	web: m.channel_web,
	messenger: m.channel_messenger
};

const PURPOSES: Record<AddressPurpose, () => string> = {
	main: m.address_main,
	delivery: m.address_delivery,
	invoice: m.address_invoice,
	visit: m.address_visit,
	poBox: m.address_po_box
};

const RECORD: Record<PartyTextKey | 'kind', () => string> = {
	kind: m.party_kind,
	name: m.party_name,
	title: m.party_title,
	givenName: m.party_given_name,
	familyName: m.party_family_name,
	number: m.party_number,
	vatId: m.party_vat_id,
	industry: m.party_industry,
	language: m.party_language,
	remarks: m.party_remarks
};

/** A party role in words; one that the workspace has added shows its own key. */
export const roleWord = (key: string): string => ROLES[key]?.() ?? key;
export const channelWord = (type: ChannelType): string => CHANNELS[type]();
export const purposeWord = (purpose: AddressPurpose): string => PURPOSES[purpose]();
export const recordWord = (key: PartyTextKey | 'kind'): string => RECORD[key]();

/** A party without any name still needs something to be called. */
export const nameOrNone = (name: string): string => (name === '' ? m.party_without_name() : name);
