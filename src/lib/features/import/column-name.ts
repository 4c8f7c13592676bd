import { m } from '#paraglide/messages.js';
import type { ImportColumn } from './import-columns.svelte.ts';

/** A column's heading, or its number when it has none. */
export const columnName = (column: ImportColumn): string =>
	column.heading === '' ? m.import_column_number({ number: column.at + 1 }) : column.heading;
