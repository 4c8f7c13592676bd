import type { MemberId } from '#core/model/id.ts';
import { isPassing, type RefusalReason } from '#core/protocol/refusal.ts';

/**
 * One document's standing with the relay; `waiting` counts local updates of this tab that are not acknowledged.
 * It says nothing of the disk: whether a waiting update is durable on the device is the outbox's knowledge.
 */
export type DocumentState =
	/** No contact. */
	| { state: 'offline'; waiting: number }
	/** In contact, but on this connection nothing is confirmed yet, not even what an earlier one acknowledged (rule 8). */
	| { state: 'onDevice'; waiting: number }
	/** Confirmed up to some update; newer ones are on their way. */
	| { state: 'saving'; waiting: number }
	/** Everything is acknowledged on this connection. */
	| { state: 'saved'; waiting: 0 }
	/** With a passing reason (`isPassing`) it is tried again by itself; any other needs a decision, then `retry`. */
	| { state: 'refused'; reason: RefusalReason; waiting: number };

/** The local updates of one document in this tab; implemented by the outbox's owner. */
export interface LocalLog {
	/**
	 * Number of the newest local update, 0 for none. It must have grown before the provider sees the update:
	 * attach the `update` handler to the doc before `openDocumentSync`.
	 */
	readonly last: number;
	/** Updates 1..`upTo` are durable on the relay; `seq` of its log's `incarnation` includes them (rule 12). */
	settle(upTo: number, seq: number, incarnation: string): void;
	/** The relay refused this document's waiting updates as they are. Not called for passing or session reasons. */
	refuse(reason: RefusalReason): void;
}

/** Who a Yjs client id belongs to, as the relay says (rule 16). */
export type Identity = { member: MemberId; name: string };

/** Refusals that concern the session or the connection, not the edits: tried again on each new connection. */
const SESSION: ReadonlySet<RefusalReason> = new Set<RefusalReason>([
	'noSession',
	'wrongOrigin',
	'wrongHost',
	'oldClient',
	'tooManyChannels'
]);

/** True when the session or the connection was refused, whatever the edits are. */
export const concernsSession = (reason: RefusalReason): boolean => SESSION.has(reason);

/** True when the edits themselves were refused: trying again unchanged is pointless. */
export const concernsEdits = (reason: RefusalReason): boolean =>
	!isPassing(reason) && !concernsSession(reason);
