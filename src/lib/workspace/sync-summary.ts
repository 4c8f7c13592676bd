import type { RefusalReason } from '#core/protocol/refusal.ts';
import type { RoomName } from '#core/model/id.ts';
import type { StorageFailure } from '../storage/failure.ts';

/** A document whose edits the relay did not take; they are kept on the device. */
type RefusedRoom = { room: RoomName; reason: RefusalReason };

/** Why the relay does not take edits at present, though it answers; tried again by itself (`isPassing`). */
export type Delay = RefusalReason;

/** The honest state of all edits of this device, in all its tabs; the worst thing that is true wins. */
export type SyncSummary =
	/** Everything written here is acknowledged by the relay, and the link stands. */
	| { state: 'saved' }
	/** `waiting` edits are durable on this device and on their way, or the first contact is still being made. */
	| { state: 'onDevice'; waiting: number; because?: Delay }
	/** No contact since `since` (ms since the epoch). */
	| { state: 'offline'; since: number; waiting: number }
	/** The relay answered, but not as our workspace: another one runs there, it does not know us, or it is too old or new. */
	| { state: 'locked'; reason: RefusalReason | 'otherWorkspace'; waiting: number }
	| { state: 'refused'; rooms: readonly RefusedRoom[]; waiting: number }
	/** New edits live in this tab's memory only. */
	| { state: 'storageFailed'; failure: StorageFailure; waiting: number };

/** The same for one document on screen. */
export type DocumentSync =
	| { state: 'saved' }
	/** Durable here, not yet acknowledged. */
	| { state: 'onDevice'; waiting: number; because?: Delay }
	| { state: 'offline'; since: number; waiting: number }
	| { state: 'refused'; reason: RefusalReason }
	| { state: 'storageFailed'; failure: StorageFailure };
