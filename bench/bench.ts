import type { TargetName } from './target.ts';

/** Named figures of one run; NaN where a target has none. */
export type Figures = Record<string, number>;
export type Results = Map<TargetName, Figures>;

/** How long a run is: `seconds` of measured load, the warm-up apart. */
export type Budget = { runs: number; seconds: number };

/** Whether a goal of the specification is met by the medians of one run of all targets. */
export type Goal = { text: string; value: number; limit: number };

/** One measurement, of all targets in the same run, so that ratios hold on a noisy machine. */
export type Bench = {
	name: string;
	/** What is measured, with units. */
	title: string;
	targets: readonly TargetName[];
	columns: readonly { key: string; title: string; digits: number }[];
	measure: (target: TargetName, budget: Budget) => Promise<Figures>;
	/** Goals by the medians; none when a figure that they need is missing. */
	goals: (results: Results) => Goal[];
};

const PEERS: readonly TargetName[] = ['hocuspocus', 'leveldb'];

/** The lowest figure of all durable peers; NaN when none ran. */
export function bestPeer(results: Results, key: string): number {
	const values = PEERS.flatMap((peer) => results.get(peer)?.[key] ?? []).filter(
		(value) => !Number.isNaN(value)
	);
	return values.length > 0 ? Math.min(...values) : Number.NaN;
}

/** "`ours` is at most `factor` times the best peer's", for each way of connecting to Rapport that ran. */
export const atMostTimesBest = (results: Results, key: string, factor: number, text: string): Goal[] =>
	atMost(results, key, factor * bestPeer(results, key), `${text} <= ${factor} x best durable peer`);

/** A goal with a fixed limit, for each way of connecting to Rapport that ran. */
export const atMost = (results: Results, key: string, limit: number, text: string): Goal[] =>
	(['rapport', 'rapport-stock'] as const).flatMap((name) => {
		const value = results.get(name)?.[key];
		if (value === undefined || Number.isNaN(limit)) return [];
		return [{ text: `${text} (${name === 'rapport' ? 'mux' : 'stock clients'})`, value, limit }];
	});
