import type { FieldPath } from '#core/model/change.ts';
import type { ConflictValue } from '#core/model/conflict.ts';
import type { EntryId, MemberId, PartyId } from '#core/model/id.ts';
import type { RefusalReason } from '#core/protocol/refusal.ts';

/** What went from this device to the team, for one party. */
export type SentParty = {
	party: PartyId;
	name: string;
	/** The party itself was made here. */
	created: boolean;
	/** Changed fields, e.g. `record/name`, `persons/ID/function`; each once. */
	fields: readonly FieldPath[];
	/** Entries made here. */
	entries: readonly { id: EntryId; kind: string; title: string }[];
};

/** A party that others changed meanwhile. */
export type ReceivedParty = {
	party: PartyId;
	name: string;
	by: MemberId | undefined;
	at: number;
	isNew: boolean;
};

/** A field that two people wrote without knowing of each other. It stands until somebody chooses. */
export type ReceiptConflict = {
	party: PartyId;
	name: string;
	field: FieldPath;
	values: readonly ConflictValue[];
};

/** What one reconnect brought about. Built only when there is something to tell; the newest 100 are kept. */
export type MergeReceipt = {
	id: string;
	/** When contact was lost and when it was back and merged, ms since the epoch. */
	since: number;
	until: number;
	sent: readonly SentParty[];
	received: readonly ReceivedParty[];
	/** How many more were sent and received than are named: an import can send ten thousand. */
	sentMore: number;
	receivedMore: number;
	refused: readonly { party: PartyId; name: string; reason: RefusalReason }[];
	conflicts: readonly ReceiptConflict[];
	/** Documents sent again because the server had been put back to an older state (rule 12). */
	healed: number;
	isRead: boolean;
};
