import type { PartyFacts, PartyRow } from '#core/documents/row.ts';
import { newId, type PartyId, type RoomName } from '#core/model/id.ts';
import type { PartyRows } from '$lib/workspace/workspace.ts';

const FACTS: PartyFacts = {
	name: '',
	kind: 'organisation',
	roles: [],
	number: '',
	city: '',
	country: '',
	emails: [],
	phones: [],
	persons: [],
	entries: 0,
	lastEntryAt: 0,
	importId: ''
};

/** A party row with the given facts, all else empty. */
export function partyRow(facts: Partial<PartyFacts>, party: PartyId = newId<PartyId>()): PartyRow {
	const room = `w/party/${party}` as RoomName;
	return {
		kind: 'party',
		id: party,
		room,
		seq: 1,
		party,
		at: 0,
		by: undefined,
		facts: { ...FACTS, ...facts }
	};
}

/** Rows as the workspace keeps them, changed by `put` and `drop`. */
export class FixedRows implements PartyRows {
	readonly #rows = new Map<PartyId, PartyRow>();
	readonly #observers = new Set<(ids: ReadonlySet<PartyId> | 'all') => void>();

	constructor(rows: readonly PartyRow[]) {
		for (const row of rows) this.#rows.set(row.party, row);
	}

	get current(): readonly PartyRow[] {
		return [...this.#rows.values()];
	}

	put(row: PartyRow): void {
		this.#rows.set(row.party, row);
		this.#tell(new Set([row.party]));
	}

	drop(party: PartyId): void {
		this.#rows.delete(party);
		this.#tell(new Set([party]));
	}

	get(party: PartyId): PartyRow | undefined {
		return this.#rows.get(party);
	}

	observe(changed: () => void): () => void {
		return this.observeIds(() => changed());
	}

	observeIds(changed: (ids: ReadonlySet<PartyId> | 'all') => void): () => void {
		this.#observers.add(changed);
		return () => this.#observers.delete(changed);
	}

	observeParty(party: PartyId, changed: () => void): () => void {
		return this.observeIds((ids) => {
			if (ids === 'all' || ids.has(party)) changed();
		});
	}

	others(): Promise<[]> {
		return Promise.resolve([]);
	}

	#tell(ids: ReadonlySet<PartyId>): void {
		for (const changed of this.#observers) changed(ids);
	}
}
