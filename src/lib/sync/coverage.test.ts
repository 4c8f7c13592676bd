import { describe, expect, it } from 'vitest';
import { Coverage } from './coverage.ts';

describe('what an acknowledgement covers', () => {
	it('8. nothing counts before the SyncStep2 is acknowledged, not even live updates that were', () => {
		const coverage = new Coverage();
		coverage.wrote('update', 4);
		expect(coverage.acknowledge(1)).toBe(0);
		coverage.wrote('step2', 4);
		coverage.wrote('update', 5);
		expect(coverage.isConfirmed).toBe(false);
		expect(coverage.acknowledge(2)).toBe(4);
		expect(coverage.isConfirmed).toBe(true);
		expect(coverage.acknowledge(3)).toBe(5);
	});

	it('8. a second SyncStep2 means that the relay found a gap: all hangs on that one', () => {
		const coverage = new Coverage();
		coverage.wrote('step2', 1);
		expect(coverage.acknowledge(1)).toBe(1);
		coverage.wrote('update', 2);
		coverage.wrote('step2', 3);
		expect(coverage.isConfirmed).toBe(false);
		expect(coverage.acknowledge(2)).toBe(0);
		expect(coverage.acknowledge(3)).toBe(3);
	});

	it('4. one acknowledgement covers all writes before it, and never what was typed after they were sent', () => {
		const coverage = new Coverage();
		coverage.wrote('step2', 0);
		for (const last of [1, 2, 3]) coverage.wrote('update', last);
		expect(coverage.acknowledge(3)).toBe(2);
		expect(coverage.acknowledge(3)).toBe(0);
		expect(coverage.isBeyond(4)).toBe(false);
		expect(coverage.isBeyond(5)).toBe(true);
	});
});
