import type { Welcome } from '#core/protocol/mux.ts';
import type { RefusalReason } from '#core/protocol/refusal.ts';

/** Why there is no link: a named refusal of the relay, or what the device saw itself. */
export type OfflineReason =
	/** `start` has not been called, or `stop` has. */
	| 'stopped'
	/** The connection failed or was cut. */
	| 'network'
	/** The browser says that it has no network. */
	| 'browserOffline'
	/** Accepted or connected, but not a word for too long. */
	| 'silent'
	/** The welcome names another workspace or another member than ours; nothing was sent to it. */
	| 'otherWorkspace'
	| 'otherMember'
	| RefusalReason;

/** The one physical connection of a tab. `since` is in ms since the epoch. */
export type LinkState =
	| { state: 'offline'; since: number; reason: OfflineReason }
	/** `since`: as long as there has been no contact. */
	| { state: 'connecting'; since: number }
	| { state: 'online'; welcome: Welcome };
