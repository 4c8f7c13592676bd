import type { DeviceMeta } from '../storage/meta.ts';
import { Generations } from '../storage/generations.ts';
import { ownName, type Owner } from '../storage/names.ts';
import { Outbox } from '../storage/outbox.ts';
import { PendingEdits } from '../storage/pending-edits.ts';
import { ReceiptStore } from '../storage/receipts.ts';
import { RowStore } from '../storage/rows.ts';
import { Shelf } from '../storage/shelf.ts';
import type { MergeReceipt } from './merge-receipt.ts';

/** Everything that one member's workspace keeps on this device. */
export type Stores = {
	owner: Owner;
	meta: DeviceMeta;
	outbox: Outbox;
	shelf: Shelf;
	rows: RowStore;
	receipts: ReceiptStore<MergeReceipt>;
	generations: Generations;
	pendingEdits: PendingEdits;
};

/** The stores of `owner`; each opens its database at its first use. */
export const openStores = (owner: Owner, meta: DeviceMeta): Stores => ({
	owner,
	meta,
	outbox: new Outbox(owner),
	shelf: new Shelf(owner),
	rows: new RowStore(owner),
	receipts: new ReceiptStore(ownName('receipts', owner)),
	generations: new Generations(owner),
	pendingEdits: new PendingEdits(owner)
});

export async function closeStores(stores: Stores): Promise<void> {
	stores.generations.close();
	await Promise.all([
		stores.outbox.close(),
		stores.shelf.close(),
		stores.rows.close(),
		stores.receipts.close(),
		stores.meta.close()
	]);
}
