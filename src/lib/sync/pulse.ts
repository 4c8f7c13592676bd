/** Ms between two looks at the clock; below the 3 s of a stock provider's watchdog, see MuxLink. */
export const TICK = 2_500;
const IDLE = 6_000;
const PATIENCE = 8_000;
/** Bytes under way that the relay has not confirmed: what a keystroke may have to wait for. */
const WINDOW = 128 * 1024;
const CONFIRM_EVERY = 32 * 1024;

/**
 * Is the other end alive, and may more be sent? Pings serve both questions: a pong confirms all bytes sent before its
 * ping. `bufferedAmount` alone does not do: the kernel takes megabytes, and on a slow line they delay keystrokes and
 * pongs for minutes. Times are in ms of one steady clock.
 */
export class Pulse {
	readonly #pings = new Map<number, { sentAt: number; bytes: number }>();
	#nonce = 0;
	#sent = 0;
	#confirmed = 0;
	#asked = 0;
	#heardAt: number;
	#tickedAt: number;
	#resumedAt: number;

	constructor(now: number) {
		this.#heardAt = this.#tickedAt = this.#resumedAt = now;
	}

	/** Anything came in. */
	heard(now: number): void {
		this.#heardAt = now;
	}

	/** False for a pong to a ping that was never sent. */
	pong(nonce: number): boolean {
		if (nonce > this.#nonce) return false;
		for (const [earlier, ping] of this.#pings) {
			if (earlier > nonce) break;
			this.#confirmed = Math.max(this.#confirmed, ping.bytes);
			this.#pings.delete(earlier);
		}
		return true;
	}

	sent(bytes: number): void {
		this.#sent += bytes;
	}

	get hasRoom(): boolean {
		return this.#sent - this.#confirmed < WINDOW;
	}

	/** A ping is due to confirm what was sent. */
	get wantsConfirmation(): boolean {
		return this.#sent - this.#asked >= CONFIRM_EVERY;
	}

	/** The nonce of a ping that is being sent now, after the bytes counted so far. */
	ping(now: number): number {
		this.#asked = this.#sent;
		this.#pings.set(++this.#nonce, { sentAt: now, bytes: this.#sent });
		return this.#nonce;
	}

	/** What to do at this look at the clock. */
	tick(now: number): 'fine' | 'ping' | 'silent' {
		// A late tick means that the tab slept, was throttled, or was busy: what came in may not have been read yet.
		if (now - this.#tickedAt > 2 * TICK) this.#resumedAt = now;
		this.#tickedAt = now;
		const [oldest] = this.#pings.values();
		if (oldest)
			return now - Math.max(oldest.sentAt, this.#heardAt, this.#resumedAt) > PATIENCE ? 'silent' : 'fine';
		return now - this.#heardAt >= IDLE ? 'ping' : 'fine';
	}
}
