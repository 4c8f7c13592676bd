import type { Awareness } from 'y-protocols/awareness';
import type { Doc } from 'yjs';
import type { PartyDocument } from '#core/documents/party.ts';
import type { FieldPath } from '#core/model/change.ts';
import type { Scalar } from '#core/model/fields.ts';
import type { MemberId, PartyId, RoomName } from '#core/model/id.ts';
import type { StorageFailure } from '../storage/failure.ts';
import type { Source } from '../storage/source.ts';
import type { DocumentSync } from './sync-summary.ts';

/** Somebody who has this party open; names come from the relay, never from presence itself (rule 16). */
export type Present = {
	client: number;
	member: MemberId;
	name: string;
	isMe: boolean;
	/** What that client shares: `field` it is in, `note` with its cursor, ... */
	state: Record<string, unknown>;
};

/** Something about this document that the user should be told once. */
export type DocumentNotice =
	/** The copy on this device could not be read and was put together anew; nothing that was saved is missing. */
	| { kind: 'recovered' }
	/** This device's storage does not keep this document: edits reach the relay, not the disk. */
	| { kind: 'memoryOnly'; failure: StorageFailure };

/** One opened party. Every `openParty` needs its own `close`. */
export type OpenParty = {
	readonly party: PartyId;
	readonly room: RoomName;
	readonly document: PartyDocument;
	readonly state: Source<DocumentSync>;
	readonly notices: Source<readonly DocumentNotice[]>;
	/** Everybody who is here, ourselves included. */
	readonly present: Source<readonly Present[]>;
	/** Shares one field of our presence, keeping the others; undefined takes it away. */
	setPresence(field: string, value: unknown): void;
	/** For the Lexical binding alone. */
	readonly awareness: Awareness;
	/** For the Lexical binding alone. */
	readonly doc: Doc;
	/** Who this Yjs client id belongs to, as the relay told; undefined before it did. */
	nameOf(client: number): { member: MemberId; name: string } | undefined;
	/**
	 * One keystroke in a field (`record/name`, `persons/ID/function`, ...): the value stands at once, the one change
	 * record is written by `leaveField`, or after a rest, or at the next start of a killed tab. False when the field
	 * is gone.
	 */
	editField(field: FieldPath, value: Scalar): boolean;
	/** The field was left: finishes its edit into one change. Nothing when nothing was typed. */
	leaveField(field: FieldPath): void;
	/** Sends again what the relay refused. */
	retry(): void;
	/** Finishes edits, then lets go; the last one to close folds the document away once all is acknowledged. */
	close(): Promise<void>;
};

export type OpenResult =
	| { state: 'open'; party: OpenParty }
	/** Never seen by this device, and there is no contact now; `openParty` again when online. */
	| { state: 'notOnDevice' }
	/** The relay knows no such party either. */
	| { state: 'unknown' }
	/** This tab has as many documents open as it may. */
	| { state: 'tooManyOpen' };
