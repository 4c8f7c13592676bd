/** Longest wait between two attempts, in ms (rule 2). */
const BACKOFF_CAP = 30_000;
const FIRST = 500;

/**
 * Ms to wait before attempt number `failures` + 1: full jitter, so that a thousand devices that lost the same
 * relay do not come back in the same second.
 */
export const fullJitter = (failures: number, random: () => number): number =>
	Math.floor(random() * Math.min(BACKOFF_CAP, FIRST * 2 ** Math.min(failures, 10)));
