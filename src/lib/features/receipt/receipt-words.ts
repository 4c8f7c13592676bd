import { counted } from '$lib/ui/format.ts';
import { m } from '#paraglide/messages.js';
import type { MergeReceipt, SentParty } from '$lib/workspace/merge-receipt.ts';
import { fieldWord } from '../party/field-words.ts';

/** The receipt in one line: what came, what went, what was refused, where two wrote the same. */
export function receiptSummary(receipt: MergeReceipt): string {
	const { sent, received, refused, conflicts } = receipt;
	const parts = [
		sent.length > 0 ? m.receipt_sent(counted(sent.length)) : '',
		received.length > 0 ? m.receipt_received(counted(received.length)) : '',
		refused.length > 0 ? m.receipt_refused(counted(refused.length)) : '',
		conflicts.length > 0 ? m.receipt_conflicts(counted(conflicts.length)) : '',
		receipt.healed > 0 ? m.receipt_healed(counted(receipt.healed)) : ''
	].filter((part) => part !== '');
	return parts.length > 0 ? parts.join(' · ') : m.receipt_nothing();
}

/** What went out for one party, in words. */
export function sentWords(sent: SentParty): string {
	const parts = [
		sent.created ? m.receipt_created() : '',
		...new Set(sent.fields.map((field) => fieldWord(field))),
		...sent.entries.map((entry) => entry.title || (entry.kind === 'call' ? m.entry_call() : m.entry_note()))
	];
	return parts.filter((part) => part !== '').join(', ');
}
