/**
 * Which local updates an acknowledgement covers, on one connection of one document (rule 8). A live update may have a
 * clock gap in the relay's eyes, so nothing counts until the SyncStep2 that answers the relay's SyncStep1 is
 * acknowledged: it carries all that the relay lacks. From then on each write covers what existed when it was sent.
 */
export class Coverage {
	#writes = 0;
	/** Number of the newest SyncStep2. A later one means that the relay found a gap and asked again. */
	#base = Infinity;
	#acknowledged = 0;
	readonly #marks: { write: number; upTo: number }[] = [];

	/** A write is being sent while `last` is the newest local update; returns the write's number. */
	wrote(kind: 'step2' | 'update', last: number): number {
		const write = ++this.#writes;
		if (kind === 'step2') this.#base = write;
		this.#marks.push({ write, upTo: last });
		return write;
	}

	/** The first `count` writes are durable: up to which local update that covers, 0 for nothing yet. */
	acknowledge(count: number): number {
		this.#acknowledged = Math.max(this.#acknowledged, count);
		let upTo = 0;
		while (this.#marks[0] && this.#marks[0].write <= count) upTo = this.#marks.shift()?.upTo ?? upTo;
		return this.isConfirmed ? upTo : 0;
	}

	/** The relay holds at least what this device had when it answered. */
	get isConfirmed(): boolean {
		return this.#acknowledged >= this.#base;
	}

	/** True when fewer writes were sent than `count`. */
	isBeyond(count: number): boolean {
		return count > this.#writes;
	}
}
