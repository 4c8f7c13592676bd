import type { RefusalReason } from '#core/protocol/refusal.ts';
import type { WriteRequest, WriteResult } from '../rooms/writer.ts';

/** What a channel does next: acknowledge the first `count` writes, ask with SyncStep1, or end with a reason. */
export type WriteAnswer =
	| { do: 'acknowledge'; count: number; seq: number }
	| { do: 'ask'; stateVector: Uint8Array }
	| { do: 'refuse'; count: number; reason: RefusalReason };

type Step = 'step2' | 'update';

/**
 * The writes of one channel, in order, and what may be said about them (rules 4 and 8). Outcomes come in the order
 * of the writes. After a gap nothing is acknowledged, because "the first n are durable" would then be a lie, until
 * a SyncStep2 went in: it holds all that the device has, so everything before it is durable too.
 */
export class WriteLine {
	#settled = 0;
	readonly #steps: Step[] = [];
	/** SyncStep1 sent, and SyncStep2 that came back: a device answers each, in order. */
	#asked = 0;
	#answered = 0;
	/** Number of the SyncStep1 whose answer must close the gap; undefined while there is none. */
	#gapAsked: number | undefined;

	/**
	 * A write has come in. Returns how the log must take it: as `update` a gap is no offence yet, as `step2` it is.
	 * Not every SyncStep2 is final: one may have been on its way when the question went out, and one that was made
	 * while the device itself waits for another tab's updates carries those with their gap.
	 */
	receive(step: Step): WriteRequest['kind'] {
		this.#steps.push(step);
		if (step === 'update') return 'update';
		this.#answered++;
		return this.#gapAsked !== undefined && this.#answered >= this.#gapAsked ? 'step2' : 'update';
	}

	/** A SyncStep1 has gone out. */
	ask(): void {
		this.#asked++;
	}

	/** The oldest unsettled write has this outcome. */
	settle(outcome: WriteResult): WriteAnswer | undefined {
		const step = this.#steps.shift();
		this.#settled++;
		switch (outcome.state) {
			case 'refused':
				return { do: 'refuse', count: this.#settled, reason: outcome.reason };
			case 'gap':
				if (this.#gapAsked !== undefined) return undefined;
				this.#gapAsked = this.#asked + 1;
				return { do: 'ask', stateVector: outcome.stateVector };
			case 'saved':
				if (step === 'step2') this.#gapAsked = undefined;
				if (this.#gapAsked !== undefined) return undefined;
				return { do: 'acknowledge', count: this.#settled, seq: outcome.seq };
		}
	}
}
