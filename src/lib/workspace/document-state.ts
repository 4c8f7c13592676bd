import { isPassing, type RefusalReason } from '#core/protocol/refusal.ts';
import type { StorageFailure } from '../storage/failure.ts';
import type { DocumentState } from '../sync/document-state.ts';
import type { Standing } from './contact.ts';
import type { DocumentSync } from './sync-summary.ts';

/** What the device knows of one document beside its own link: the outbox, over all tabs. */
export type DocumentFacts = {
	/** Changes as a person counts them. */
	waiting: number;
	refused: RefusalReason | undefined;
	failure: StorageFailure | undefined;
	contact: Standing;
};

/** One document's state in words that are true of disk and relay together. */
export function documentSync(relay: DocumentState, facts: DocumentFacts): DocumentSync {
	const { waiting, refused, failure, contact } = facts;
	if (relay.state === 'refused' && !isPassing(relay.reason))
		return { state: 'refused', reason: relay.reason };
	if (refused) return { state: 'refused', reason: refused };
	// The link counts keystrokes; it is asked only whether there is anything at all.
	const open = waiting === 0 && relay.waiting > 0 ? 1 : waiting;
	if (failure !== undefined && open > 0) return { state: 'storageFailed', failure };
	if (contact.state === 'away') return { state: 'offline', since: contact.since, waiting: open };
	if (relay.state === 'saved' && waiting === 0) return { state: 'saved' };
	return {
		state: 'onDevice',
		waiting: open,
		...(relay.state === 'refused' ? { because: relay.reason } : {})
	};
}
