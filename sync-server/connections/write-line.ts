import type { RefusalReason } from '#core/protocol/refusal.ts';

/** What became of one write in the log. */
export type WriteOutcome =
	| { state: 'saved'; seq: number }
	/** Its first clocks are missing (rule 8): nothing of it was kept. */
	| { state: 'gap' }
	| { state: 'refused'; reason: RefusalReason };

/** What a channel does next: acknowledge the first `count` writes, ask with SyncStep1, or end with a reason. */
export type WriteAnswer =
	| { do: 'acknowledge'; count: number; seq: number }
	| { do: 'ask' }
	| { do: 'refuse'; count: number; reason: RefusalReason };

type Step = 'step2' | 'update';

/**
 * The writes of one channel, in order, and what may be said about them (rules 4 and 8). Outcomes come in the order
 * of the writes. After a gap nothing is acknowledged, because "the first n are durable" would then be a lie, until
 * a SyncStep2 went in: it holds all that the device has, so everything before it is durable too.
 */
export class WriteLine {
	#received = 0;
	#settled = 0;
	readonly #steps: Step[] = [];
	/** SyncStep1 sent, and SyncStep2 that came back: a device answers each, in order. */
	#asked = 0;
	#answered = 0;
	/** The SyncStep1 whose answer must close the gap; undefined while there is none. */
	#gapAsked: number | undefined;

	/** A write has come in. */
	receive(step: Step): void {
		this.#received++;
		this.#steps.push(step);
	}

	/** A SyncStep1 has gone out. */
	ask(): void {
		this.#asked++;
	}

	/** Writes whose outcome is not yet known. */
	get pending(): number {
		return this.#received - this.#settled;
	}

	/** The oldest unsettled write has this outcome. */
	settle(outcome: WriteOutcome): WriteAnswer | undefined {
		const step = this.#steps.shift();
		this.#settled++;
		if (step === 'step2') this.#answered++;
		switch (outcome.state) {
			case 'refused':
				return { do: 'refuse', count: this.#settled, reason: outcome.reason };
			case 'gap':
				return this.#meetGap(step);
			case 'saved':
				if (step === 'step2') this.#gapAsked = undefined;
				if (this.#gapAsked !== undefined) return undefined;
				return { do: 'acknowledge', count: this.#settled, seq: outcome.seq };
		}
	}

	#meetGap(step: Step | undefined): WriteAnswer | undefined {
		if (this.#gapAsked === undefined) {
			this.#gapAsked = this.#asked + 1;
			return { do: 'ask' };
		}
		if (step === 'step2' && this.#answered >= this.#gapAsked)
			return { do: 'refuse', count: this.#settled, reason: 'gapRemains' };
		return undefined;
	}
}
