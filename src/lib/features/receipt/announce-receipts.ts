import { m } from '#paraglide/messages.js';
import { announce } from '$lib/ui/toast.ts';
import type { Receipts } from '$lib/workspace/workspace.ts';
import { receiptSummary } from './receipt-words.ts';

/** The id of the toast, so that the page of receipts can take it away. */
export const RECEIPT_TOAST = 'receipt';

/** Shows each new receipt once, with the way to it; returns how to stop. Those unread from before are shown too. */
export function announceReceipts(receipts: Receipts, show: () => void): () => void {
	let announced: string | undefined;
	const look = (): void => {
		const [newest] = receipts.current;
		if (!newest || newest.id === announced) return;
		announced = newest.id;
		if (newest.isRead) return;
		announce(RECEIPT_TOAST, m.receipt_back(), receiptSummary(newest), { label: m.receipt_show(), act: show });
	};
	look();
	return receipts.observe(look);
}
