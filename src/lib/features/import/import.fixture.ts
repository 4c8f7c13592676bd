import * as Y from 'yjs';
import { createParty } from '#core/documents/new-party.ts';
import { project } from '#core/documents/project.ts';
import type { PartyRow, Row } from '#core/documents/row.ts';
import { newId, type ImportId, type MemberId, type PartyId, type WorkspaceId } from '#core/model/id.ts';
import { partyRoom } from '#core/protocol/room.ts';
import type { ImportedParty, ImportTarget } from '../../workspace/import-target.ts';
import { CountryReader } from './country.ts';
import { parseCsv } from './csv-table.ts';
import { planImport, type ImportPlan } from './plan.ts';
import { PhoneReader, type CountryCode } from './phone-reader.ts';
import { hasHeadings, proposeMapping } from './propose-mapping.ts';
import type { RowRules } from './row-draft.ts';

/** A device without a disk: builds the documents and keeps their bytes and rows, as a real target does. */
export class MemoryTarget implements ImportTarget {
	readonly documents = new Map<PartyId, { update: Uint8Array; rows: Row[] }>();
	readonly #workspace = newId<WorkspaceId>();
	readonly #member = newId<MemberId>();

	writeMany(parties: readonly ImportedParty[], importId: ImportId): Promise<void> {
		for (const { party, draft } of parties) {
			const doc = new Y.Doc();
			createParty(doc, draft, { by: this.#member, at: Date.now(), importId });
			const rows = project(doc, partyRoom(this.#workspace, party), 0);
			this.documents.set(party, { update: Y.encodeStateAsUpdate(doc), rows });
		}
		return Promise.resolve();
	}

	removeMany(parties: readonly PartyId[]): Promise<number> {
		return Promise.resolve(parties.filter((party) => this.documents.delete(party)).length);
	}

	get rows(): PartyRow[] {
		return [...this.documents.values()].flatMap(({ rows }) => rows.filter((row) => row.kind === 'party'));
	}
}

/** Rules for a file in which every column is what its heading says. */
export function rulesFor(
	headings: readonly string[],
	samples: readonly (readonly string[])[] = [],
	rules: Partial<RowRules> & { country?: CountryCode } = {}
): RowRules {
	return {
		headings,
		mapping: proposeMapping(headings, samples),
		kind: 'auto',
		roles: [],
		phones: new PhoneReader(rules.country ?? 'DE'),
		countries: new CountryReader(),
		...rules
	};
}

/** The plan for a text with the mapping that is proposed. */
export async function planText(
	text: string,
	{ parties = [], country = 'DE' }: { parties?: readonly PartyRow[]; country?: CountryCode } = {}
): Promise<ImportPlan & { rules: RowRules }> {
	const table = await parseCsv(text);
	if (table.state === 'refused') throw new Error(table.reason);
	const skip = hasHeadings(table.rows) ? 1 : 0;
	const headings = skip ? (table.rows[0] ?? []) : Array.from({ length: table.width }, () => '');
	const rules = rulesFor(headings, table.rows.slice(skip), { country });
	const plan = await planImport({
		rows: table.rows.slice(skip),
		firstRow: skip + 1,
		broken: new Set([...table.broken].map((at) => at + 1)),
		rules,
		parties
	});
	return { ...plan, rules };
}
