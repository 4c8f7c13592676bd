import type { PartyDraft } from '#core/documents/new-party.ts';
import type { ImportId, PartyId } from '#core/model/id.ts';

/** One party that an import makes. */
export type ImportedParty = { party: PartyId; draft: PartyDraft };

/** Where an import puts its parties: on this device, thousands at a time, with or without a network. */
export type ImportTarget = {
	/** All or nothing, and durable when it resolves. Throws StorageError. */
	writeMany(parties: readonly ImportedParty[], importId: ImportId): Promise<void>;
	/** Puts parties in the trash, as one undo; those that are not on this device are left out. Returns how many it were. */
	removeMany(parties: readonly PartyId[]): Promise<number>;
};
