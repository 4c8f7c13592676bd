const SHORTEST_MS = 30;
const LONGEST_MS = 1_000;

/**
 * How long presence of a room is gathered before it is sent, in ms. Each flush sends to everybody what everybody
 * said, so its cost grows with the square: a cursor of two people is live, five hundred people tick once a second.
 */
export const presencePace = (subscribers: number): number =>
	Math.min(LONGEST_MS, Math.max(SHORTEST_MS, subscribers * 2));
