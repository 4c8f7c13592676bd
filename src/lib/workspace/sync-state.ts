import { isRefusalReason } from '#core/protocol/refusal.ts';
import type { StorageFailure } from '../storage/failure.ts';
import type { Waiting } from '../storage/outbox-tally.ts';
import type { Standing } from './contact.ts';
import type { Delay, SyncSummary } from './sync-summary.ts';

/** All that the summary is made of. */
export type SyncFacts = {
	contact: Standing;
	waiting: Waiting;
	/** New edits are in memory only. */
	failure: StorageFailure | undefined;
	/** Every document on screen is confirmed on this connection (rule 8). */
	areOpenSaved: boolean;
	/** What the relay said when it last put an edit off. */
	delay: Delay | undefined;
};

/** Reasons of the link that a person has to look at; all others are just "offline". */
const LOCKED: ReadonlySet<string> = new Set([
	'otherWorkspace',
	'memberTaken',
	'wrongOrigin',
	'wrongHost',
	'notAllowed',
	'oldClient'
]);

/** The one sentence for all edits of this device: the worst thing that is true (rules 22 and 25). */
export function summarise({ contact, waiting, failure, areOpenSaved, delay }: SyncFacts): SyncSummary {
	const { total, changes, refused } = waiting;
	if (failure !== undefined) return { state: 'storageFailed', failure, waiting: changes };
	if (contact.state === 'away' && LOCKED.has(contact.reason)) {
		const { reason } = contact;
		if (reason === 'otherWorkspace' || isRefusalReason(reason))
			return { state: 'locked', reason, waiting: changes };
	}
	if (refused.size > 0) {
		const rooms = [...refused].map(([room, reason]) => ({ room, reason }));
		return { state: 'refused', rooms, waiting: changes };
	}
	if (contact.state === 'away') return { state: 'offline', since: contact.since, waiting: changes };
	if (contact.state === 'online' && total === 0 && areOpenSaved) return { state: 'saved' };
	return { state: 'onDevice', waiting: changes, ...(delay ? { because: delay } : {}) };
}
