import { describe, expect, it } from 'vitest';
import { Pulse, TICK } from './pulse.ts';

/** Ticks on time until the verdict is not `fine`; returns it and when. */
function run(pulse: Pulse, from: number, upTo: number): { verdict: string; at: number } {
	for (let at = from; at <= upTo; at += TICK) {
		const verdict = pulse.tick(at);
		if (verdict !== 'fine') return { verdict, at };
	}
	return { verdict: 'fine', at: upTo };
}

describe('the heartbeat', () => {
	it('2. asks after a quiet while, and calls a server silent that does not answer, within 20 s', () => {
		const pulse = new Pulse(0);
		const asked = run(pulse, TICK, 60_000);
		expect(asked.verdict).toBe('ping');
		pulse.ping(asked.at);
		const ended = run(pulse, asked.at + TICK, 60_000);
		expect(ended.verdict).toBe('silent');
		expect(ended.at).toBeLessThanOrEqual(20_000);
	});

	it('2. any word from the relay counts, so a long download is not silence', () => {
		const pulse = new Pulse(0);
		pulse.ping(0);
		for (let at = TICK; at < 60_000; at += TICK) {
			pulse.heard(at);
			expect(pulse.tick(at)).toBe('fine');
		}
	});

	it('2. a tab that slept reads what came in before it judges', () => {
		const pulse = new Pulse(0);
		pulse.ping(0);
		expect(pulse.tick(3_600_000)).toBe('fine');
		expect(run(pulse, 3_600_000 + TICK, 3_620_000).verdict).toBe('silent');
	});

	it('2. sends no more than a window beyond what the relay has confirmed', () => {
		const pulse = new Pulse(0);
		const nonces: number[] = [];
		let sent = 0;
		while (pulse.hasRoom) {
			pulse.sent(32 * 1024);
			sent += 32 * 1024;
			if (pulse.wantsConfirmation) nonces.push(pulse.ping(0));
		}
		expect(sent).toBe(128 * 1024);
		expect(nonces).toEqual([1, 2, 3, 4]);
		expect(pulse.pong(2)).toBe(true);
		expect(pulse.hasRoom).toBe(true);
		pulse.sent(64 * 1024);
		expect(pulse.hasRoom).toBe(false);
	});

	it('2. knows a pong that nobody asked for', () => {
		expect(new Pulse(0).pong(1)).toBe(false);
	});
});
