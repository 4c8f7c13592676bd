import { expect, it } from 'vitest';
import { WriteLine } from './write-line.ts';

const saved = (seq: number) => ({ state: 'saved', seq, delta: undefined }) as const;
const stateVector = new Uint8Array([0]);
const gap = { state: 'gap', stateVector } as const;

/** A channel whose first SyncStep1 has gone out. */
const openLine = (): WriteLine => {
	const line = new WriteLine();
	line.ask();
	return line;
};

it('4. acknowledges by a growing count', () => {
	const line = openLine();
	line.receive('step2');
	line.receive('update');
	expect(line.settle(saved(3))).toEqual({ do: 'acknowledge', count: 1, seq: 3 });
	expect(line.settle(saved(4))).toEqual({ do: 'acknowledge', count: 2, seq: 4 });
});

it('8. asks once for any number of gaps and acknowledges nothing until the answer is durable', () => {
	const line = openLine();
	for (let more = 0; more < 13; more++) line.receive('update');
	expect(line.settle(gap)).toEqual({ do: 'ask', stateVector });
	line.ask();
	for (let more = 0; more < 11; more++) expect(line.settle(gap)).toBeUndefined();
	expect(line.settle(saved(9))).toBeUndefined();
	line.receive('step2');
	expect(line.settle(saved(10))).toEqual({ do: 'acknowledge', count: 14, seq: 10 });
});

it('8. the answer to the first SyncStep1 may come before that to the question, and still not be refused', () => {
	const line = openLine();
	line.receive('update');
	expect(line.settle(gap)).toEqual({ do: 'ask', stateVector });
	line.ask();
	expect(line.receive('step2')).toBe('update');
	expect(line.settle(gap)).toBeUndefined();
	expect(line.receive('step2')).toBe('step2');
	expect(line.settle(saved(2))).toEqual({ do: 'acknowledge', count: 3, seq: 2 });
});

it('8. the answer to the question is final: the log refuses it when it still has the gap', () => {
	const line = openLine();
	expect(line.receive('step2')).toBe('update');
	line.settle(saved(1));
	expect(line.receive('update')).toBe('update');
	expect(line.settle(gap)).toEqual({ do: 'ask', stateVector });
	line.ask();
	expect(line.receive('step2')).toBe('step2');
	const outcome = { state: 'refused', reason: 'gapRemains' } as const;
	expect(line.settle(outcome)).toEqual({ do: 'refuse', count: 3, reason: 'gapRemains' });
});

it('8. after a closed gap a new one is asked about anew', () => {
	const line = openLine();
	line.receive('update');
	line.settle(gap);
	line.ask();
	line.receive('step2');
	line.settle(saved(1));
	line.receive('update');
	expect(line.settle(gap)).toEqual({ do: 'ask', stateVector });
});

it('9. names the write that was refused', () => {
	const line = openLine();
	line.receive('step2');
	line.receive('update');
	line.settle(saved(1));
	expect(line.settle({ state: 'refused', reason: 'clockJump' })).toEqual({
		do: 'refuse',
		count: 2,
		reason: 'clockJump'
	});
});
