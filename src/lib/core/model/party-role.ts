import { FieldReader, type Fields, type Parsed } from './fields.ts';

/** What a party is to us; a workspace may add keys of its own. */
export const PARTY_ROLE_KEYS = [
	'lead',
	'customer',
	'supplier',
	'partner',
	'employee',
	'representative'
] as const;

/** One role of one party. Roles are never removed, only ended: `active` false. `id` is the key of the role. */
export type PartyRole = {
	id: string;
	active: boolean;
	/** Milliseconds since the epoch at which the role was last given, 0 when unknown. */
	since: number;
};

const KEY = /^[a-z][0-9a-zA-Z-]{0,63}$/;

/** True for what may be the key of a party role. */
export const isPartyRoleKey = (key: string): boolean => KEY.test(key);

export function parsePartyRole(id: string, fields: Fields): Parsed<PartyRole> {
	const read = new FieldReader(fields);
	if (!isPartyRoleKey(id)) read.problems.push('id');
	return read.result({ id, active: read.flag('active'), since: read.number('since') });
}
