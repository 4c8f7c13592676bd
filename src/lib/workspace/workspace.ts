import type { PartyDraft } from '#core/documents/new-party.ts';
import type { PartyRow, Row } from '#core/documents/row.ts';
import type { Scalar } from '#core/model/fields.ts';
import type { MemberId, PartyId, WorkspaceId } from '#core/model/id.ts';
import type { StorageFailure } from '../storage/failure.ts';
import type { Source } from '../storage/source.ts';
import type { Coverage } from './filling.ts';
import type { ImportTarget } from './import-target.ts';
import type { MergeReceipt, ReceiptConflict } from './merge-receipt.ts';
import type { OpenResult } from './open-party.ts';
import type { StorageSpace } from './storage-space.ts';
import type { SyncSummary } from './sync-summary.ts';

export type Me = { member: MemberId; name: string };

/** How a start went. */
export type Start =
	| { state: 'open'; session: WorkspaceSession }
	/** First start on this device: ask for a name, then `introduce`. */
	| { state: 'needsName'; introduce: (name: string) => Promise<Start> }
	/** First start on this device, and the relay does not answer. */
	| { state: 'unreachable'; retry: () => Promise<Start> }
	| { state: 'storageFailed'; failure: StorageFailure; retry: () => Promise<Start> };

/** Party rows, all in memory. */
export type PartyRows = Source<readonly PartyRow[]> & {
	get(party: PartyId): PartyRow | undefined;
	/** Which rows changed since; `all` when too many to name. */
	observeIds(changed: (ids: ReadonlySet<PartyId> | 'all') => void): () => void;
	/** Calls when this one row changed. */
	observeParty(party: PartyId, changed: () => void): () => void;
	/** Person and entry rows of one party, from disk. */
	others(party: PartyId): Promise<Row[]>;
};

/** Past receipts, newest first. */
export type Receipts = Source<readonly MergeReceipt[]> & {
	markRead(id: string): Promise<void>;
	/** Does the conflict still stand? Opens the document to look. */
	stands(conflict: ReceiptConflict): Promise<boolean>;
	/** Settles the conflict with one of its values. False when somebody has settled it meanwhile. */
	choose(conflict: ReceiptConflict, value: Scalar): Promise<boolean>;
};

/** Everything that screens do with one workspace; made by `openWorkspace` (open-workspace.ts), put into one context. */
export type WorkspaceSession = {
	readonly workspace: WorkspaceId;
	readonly me: Me;
	readonly parties: PartyRows;
	readonly sync: Source<SyncSummary>;
	readonly receipts: Receipts;
	/** Names of all members, known offline too. */
	readonly members: Source<ReadonlyMap<MemberId, string>>;
	/** How many of the documents are on this device, so that they open without a network. */
	readonly coverage: Source<Coverage>;
	readonly space: Source<StorageSpace>;
	readonly importTarget: ImportTarget;
	/** Makes a party on this device; resolves when it is durable here, or kept in memory with a word in `sync`. */
	createParty(draft: PartyDraft): Promise<PartyId>;
	openParty(party: PartyId): Promise<OpenResult>;
	/** Asks the browser to keep our data (rule 28); from a user's gesture it is granted more often. */
	askToPersist(): Promise<void>;
	/** Try the network now. */
	reconnect(): void;
	/**
	 * For a device that finds another workspace at this address (`sync` is `locked`, `otherWorkspace`): closes this
	 * session, so that the next start joins the other one. What is here stays and comes back with its workspace.
	 */
	leave(): Promise<void>;
	/** Closes all that is open and lets go of the network. */
	close(): Promise<void>;
};
