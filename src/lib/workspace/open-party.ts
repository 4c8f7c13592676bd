import type { Awareness } from 'y-protocols/awareness';
import type { Doc } from 'yjs';
import type { MemberId, PartyId, RoomName } from '#core/model/id.ts';
import type { PartyDocument } from '#core/documents/party.ts';
import type { Source } from '../storage/source.ts';
import type { DocumentSync } from './sync-summary.ts';

/** Somebody who has this party open; names come from the relay, never from presence itself (rule 16). */
export type Present = { client: number; member: MemberId | undefined; name: string; isMe: boolean };

/** Something about this document that the user should be told once. */
export type DocumentNotice =
	/** The copy on this device could not be read and was put together anew; nothing that was saved is missing. */
	| { kind: 'recovered' }
	/** This device's storage does not work: edits go to the relay, and are lost when the tab closes before. */
	| { kind: 'memoryOnly' };

/** One opened party. Every `openParty` needs its own `close`. */
export type OpenParty = {
	readonly party: PartyId;
	readonly room: RoomName;
	readonly document: PartyDocument;
	readonly state: Source<DocumentSync>;
	readonly notices: Source<readonly DocumentNotice[]>;
	readonly present: Source<readonly Present[]>;
	/** For the Lexical binding alone. */
	readonly awareness: Awareness;
	/** For the Lexical binding alone. */
	readonly doc: Doc;
	/** Who this Yjs client id belongs to, told by the relay; this device's own directory when it is offline. */
	nameOf(client: number): { member: MemberId; name: string } | undefined;
	/**
	 * One keystroke in a field (`record/name`, `persons/ID/function`, ...): the value stands at once,
	 * the one change record is written by `leaveField`, or after a rest, or at the next start of a killed tab.
	 */
	editField(field: string, value: unknown): void;
	/** The field was left: finishes its edit into one change. Nothing when nothing was typed. */
	leaveField(field: string): void;
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
