import type { Scalar } from '#core/model/fields.ts';
import { isSameValue } from '#core/model/fields.ts';
import { ownName } from '../storage/names.ts';
import { toStorageError, type StorageFailure } from '../storage/failure.ts';
import { Value, type Source } from '../storage/source.ts';
import type { MergeReceipt, ReceiptConflict } from './merge-receipt.ts';
import type { OpenParties } from './open-parties.ts';
import type { Stores } from './stores.ts';

/** The receipts of this device, the same in all tabs, and what can still be done about them. */
export class PastReceipts implements Source<readonly MergeReceipt[]> {
	readonly #stores: Stores;
	readonly #open: OpenParties;
	readonly #channel: BroadcastChannel;
	readonly #all = new Value<readonly MergeReceipt[]>([]);
	readonly #failure = new Value<StorageFailure | undefined>(undefined);

	constructor(stores: Stores, open: OpenParties) {
		this.#stores = stores;
		this.#open = open;
		this.#channel = new BroadcastChannel(ownName('receipts', stores.owner));
		this.#channel.onmessage = () => void this.load();
	}

	get current(): readonly MergeReceipt[] {
		return this.#all.current;
	}

	/** Why a receipt is in this tab's memory only. */
	get failure(): Source<StorageFailure | undefined> {
		return this.#failure;
	}

	observe(changed: () => void): () => void {
		return this.#all.observe(changed);
	}

	async load(): Promise<void> {
		await this.#attempt(async () => this.#all.set(await this.#stores.receipts.all()));
	}

	/** Adds a receipt, or replaces the one with its id. */
	async put(receipt: MergeReceipt): Promise<void> {
		const others = this.#all.current.filter(({ id }) => id !== receipt.id);
		this.#all.set([receipt, ...others].sort((a, b) => b.until - a.until));
		await this.#attempt(() => this.#stores.receipts.put(receipt));
		this.#channel.postMessage('changed');
	}

	async markRead(id: string): Promise<void> {
		const receipt = this.#all.current.find((one) => one.id === id);
		if (receipt && !receipt.isRead) await this.put({ ...receipt, isRead: true });
	}

	/** True while the field still has two values. */
	async stands(conflict: ReceiptConflict): Promise<boolean> {
		const result = await this.#open.open(conflict.party);
		if (result.state !== 'open') return false;
		const stands = result.party.document.conflictOf(conflict.field) !== undefined;
		await result.party.close();
		return stands;
	}

	/** Settles the conflict with one of its values; false when somebody has settled it meanwhile. */
	async choose(conflict: ReceiptConflict, value: Scalar): Promise<boolean> {
		const result = await this.#open.open(conflict.party);
		if (result.state !== 'open') return false;
		const { document, close } = result.party;
		const now = document.conflictOf(conflict.field);
		const isThere = now?.values.some((one) => isSameValue(one.value, value)) ?? false;
		if (isThere) document.choose(conflict.field, value, this.#stores.owner.member, Date.now());
		await close();
		return isThere;
	}

	close(): void {
		this.#channel.close();
	}

	async #attempt(work: () => Promise<void>): Promise<void> {
		try {
			await work();
			this.#failure.set(undefined);
		} catch (cause) {
			this.#failure.set(toStorageError(cause).failure);
		}
	}
}
