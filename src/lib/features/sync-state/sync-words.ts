import { m } from '#paraglide/messages.js';
import type { Coverage } from '$lib/workspace/filling.ts';
import type { Delay, DocumentSync, SyncSummary } from '$lib/workspace/sync-summary.ts';
import { counted, formatDate, formatNumber } from '$lib/ui/format.ts';
import { refusalWords, storageWords } from './failure-words.ts';

export type SyncTone = 'ok' | 'busy' | 'offline' | 'failed';

/** A sync state as it is shown: the few words of the product, and what is behind them. */
export type SyncWords = { tone: SyncTone; label: string; what: string; todo: string };

/** The state of all edits of this device in words. `now` in ms since the epoch. */
export function summaryWords(sync: SyncSummary, now: number): SyncWords {
	switch (sync.state) {
		case 'saved':
			return { tone: 'ok', label: m.sync_saved(), what: m.sync_saved_what(), todo: '' };
		case 'onDevice':
			return onDevice(sync.waiting, sync.because);
		case 'offline':
			return offline(sync.waiting, sync.since, now);
		case 'locked': {
			const { why, todo } = refusalWords(sync.reason);
			const label = sync.waiting > 0 ? m.sync_failed() : m.sync_locked();
			return { tone: 'failed', label, what: why, todo };
		}
		case 'refused': {
			const [first] = sync.rooms;
			const { why, todo } = refusalWords(first?.reason ?? 'unavailable');
			return { tone: 'failed', label: m.sync_failed(), what: why, todo };
		}
		case 'storageFailed': {
			const { why, todo } = storageWords(sync.failure);
			return { tone: 'failed', label: m.sync_failed(), what: why, todo };
		}
	}
}

/** The same for one party on screen. */
export function documentWords(sync: DocumentSync, now: number): SyncWords {
	switch (sync.state) {
		case 'saved':
			return { tone: 'ok', label: m.sync_saved(), what: m.sync_document_saved_what(), todo: '' };
		case 'onDevice':
			return onDevice(sync.waiting, sync.because);
		case 'offline':
			return offline(sync.waiting, sync.since, now);
		case 'refused': {
			const { why, todo } = refusalWords(sync.reason);
			return { tone: 'failed', label: m.sync_failed(), what: why, todo };
		}
		case 'storageFailed': {
			const { why, todo } = storageWords(sync.failure);
			return { tone: 'failed', label: m.sync_failed(), what: why, todo };
		}
	}
}

function onDevice(waiting: number, because: Delay | undefined): SyncWords {
	const label = m.sync_on_device();
	if (because) {
		const { why, todo } = refusalWords(because);
		return { tone: 'failed', label, what: why, todo };
	}
	const what = waiting > 0 ? m.sync_on_device_what(counted(waiting)) : m.sync_contacting();
	return { tone: 'busy', label, what, todo: '' };
}

const offline = (waiting: number, since: number, now: number): SyncWords => ({
	tone: 'offline',
	label: waiting > 0 ? m.sync_offline_waiting(counted(waiting)) : m.sync_offline(),
	what:
		now - since < 60_000
			? m.sync_offline_what()
			: m.sync_offline_since({ since: formatDate(since, 'dayTime') }),
	todo: m.sync_offline_todo()
});

const COVERAGE = {
	complete: () => m.coverage_complete(),
	filling: m.coverage_filling,
	failed: () => m.coverage_failed()
};

/** How much of the workspace opens without a network. */
export const coverageWords = (coverage: Coverage): string =>
	COVERAGE[coverage.state]({ count: formatNumber(coverage.state === 'failed' ? 0 : coverage.documents) });
