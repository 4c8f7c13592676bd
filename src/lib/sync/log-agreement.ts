import { Value } from './value.ts';

/**
 * Whether the log that the relay has now is the one that this device has seen (rule 12). Until that is known, and until
 * a restored log has got back what it lost, no channel opens and nothing waiting is sent: an edit whose
 * foundations the relay has lost would be refused, and so would others' structs that only this device still has.
 */
export class LogAgreement {
	readonly #agreed = new Value<string | undefined>(undefined);

	/** True when the log of this incarnation is known to continue what the device has seen. */
	has(incarnation: string): boolean {
		return this.#agreed.current === incarnation;
	}

	reach(incarnation: string): void {
		this.#agreed.set(incarnation);
	}

	/** Calls `changed` each time an agreement is reached; returns how to stop. */
	observe(changed: () => void): () => void {
		return this.#agreed.observe(changed);
	}
}
