import type { FieldPath } from '../model/change.ts';

/** The tables of a party document whose fields can be edited one by one. */
export const FIELD_TABLES = ['roles', 'channels', 'addresses', 'persons', 'entries'] as const;
export type FieldTable = (typeof FIELD_TABLES)[number];

export type FieldPlace = { table: 'record'; key: string } | { table: FieldTable; id: string; key: string };

/** Where `path` points to; undefined when it is no field of a party. */
export function parseFieldPath(path: FieldPath): FieldPlace | undefined {
	const [table, first, second, ...rest] = path.split('/');
	if (table === undefined || !first || rest.length > 0) return undefined;
	if (table === 'record') return second === undefined ? { table, key: first } : undefined;
	const known = FIELD_TABLES.find((name) => name === table);
	return known && second ? { table: known, id: first, key: second } : undefined;
}

/** The path of a field of the record. */
export const recordField = (key: string): FieldPath => `record/${key}`;

/** The path of a field of a row. */
export const rowField = (table: FieldTable, id: string, key: string): FieldPath => `${table}/${id}/${key}`;
