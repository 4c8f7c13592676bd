import type { PartyRow } from '#core/documents/row.ts';
import { asId, timeOf, type ImportId } from '#core/model/id.ts';

/** An import as its parties tell of it. */
export type PastImport = {
	id: ImportId;
	/** Milliseconds since the epoch: when it began. */
	at: number;
	/** Its parties that nobody has written in since, and those in which somebody has. */
	untouched: PartyRow[];
	touched: PartyRow[];
};

/** All imports of which parties are left, newest first. */
export function pastImports(rows: readonly PartyRow[]): PastImport[] {
	const imports = new Map<ImportId, PastImport>();
	for (const row of rows) {
		const id = asId<ImportId>(row.facts.importId);
		if (!id) continue;
		const known = imports.get(id) ?? { id, at: timeOf(id), untouched: [], touched: [] };
		imports.set(id, known);
		known[row.facts.touched ? 'touched' : 'untouched'].push(row);
	}
	return [...imports.values()].sort((a, b) => b.at - a.at);
}
