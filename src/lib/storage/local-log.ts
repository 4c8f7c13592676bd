import type { RoomName } from '#core/model/id.ts';
import type { RefusalReason } from '#core/protocol/refusal.ts';
import type { LocalLog } from '../sync/document-state.ts';
import type { OutboxKey } from './outbox-row.ts';
import type { Outbox } from './outbox.ts';

type Listener = { acknowledged: (seq: number) => void };

/** The outbox as seen by one open document: its edits by number, from 1. */
export class OutboxLog implements LocalLog {
	readonly #outbox: Outbox;
	readonly #room: RoomName;
	readonly #writer: string;
	readonly #isAway: () => boolean;
	readonly #listener: Listener;
	readonly #open = new Set<number>();
	#last = 0;
	/** Writes to the outbox that are on their way, one after the other. */
	#busy: Promise<void> = Promise.resolve();

	/** `inherited` edits of writers that are gone have the first numbers; they are in the document already. */
	constructor(
		outbox: Outbox,
		place: { room: RoomName; writer: string; inherited: number },
		isAway: () => boolean,
		listener: Listener
	) {
		this.#outbox = outbox;
		this.#room = place.room;
		this.#writer = place.writer;
		this.#isAway = isAway;
		this.#listener = listener;
		this.#last = place.inherited;
		for (let n = 1; n <= place.inherited; n++) this.#open.add(n);
	}

	get last(): number {
		return this.#last;
	}

	/** Edits of this document in this tab that are not acknowledged. */
	get waiting(): number {
		return this.#open.size;
	}

	/** Takes one local update; see `Outbox.append`. */
	append(update: Uint8Array, at: number): Promise<void> {
		const n = ++this.#last;
		this.#open.add(n);
		return this.#outbox.append({
			room: this.#room,
			writer: this.#writer,
			n,
			update,
			at,
			away: this.#isAway()
		});
	}

	settle(upTo: number, seq: number, incarnation: string): void {
		const keys = this.#keys(upTo);
		for (const [, , n] of keys) this.#open.delete(n);
		this.#do(() => this.#outbox.settle(keys, { incarnation, seq }));
		if (this.#open.size === 0) this.#listener.acknowledged(seq);
	}

	refuse(reason: RefusalReason): void {
		this.#do(() => this.#outbox.refuse(this.#keys(this.#last), reason));
	}

	/** Waits for what this document has told the outbox so far. */
	async flush(): Promise<void> {
		await this.#busy;
	}

	#keys(upTo: number): OutboxKey[] {
		return [...this.#open].filter((n) => n <= upTo).map((n) => [this.#room, this.#writer, n]);
	}

	#do(work: () => Promise<void>): void {
		// A failure shows in `outbox.failure`; an edit that could not be crossed off is sent again, which harms nobody.
		this.#busy = this.#busy.then(work).catch(() => undefined);
	}
}
