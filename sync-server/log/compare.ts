import * as Y from 'yjs';
import type { CompareResult } from '#core/protocol/messages.ts';
import { readDeletes } from '../rooms/update-parts.ts';
import type { Content } from './read-log.ts';

type Ranges = { clock: number; len: number }[];
type Deletes = Map<number, Ranges>;

/** An encoded Yjs snapshot; undefined when it is malformed. */
export function readSnapshot(bytes: Uint8Array): Y.Snapshot | undefined {
	try {
		return Y.decodeSnapshot(bytes);
	} catch (error) {
		// lib0 throws plain errors on torn bytes.
		if (error instanceof Error) return undefined;
		throw error;
	}
}

/**
 * What device and relay lack of each other's state of one document. State vectors alone don't see deletes
 * (rule 12), so delete sets are compared too.
 */
export function compareWithSnapshot(
	{ seq, updates, stateVector }: Content,
	device: Y.Snapshot
): CompareResult {
	const relayClocks = Y.decodeStateVector(stateVector);
	const all: Deletes = new Map();
	for (const update of updates)
		for (const [client, ranges] of readDeletes(update))
			all.set(client, [...(all.get(client) ?? []), ...ranges]);
	const relayDeletes = joined(all);
	const deviceDeletes: Deletes = joined(device.ds.clients as Deletes);
	return {
		seq,
		relayLacks: !covers(relayClocks, device.sv) || !contains(relayDeletes, deviceDeletes),
		deviceLacks: !covers(device.sv, relayClocks) || !contains(deviceDeletes, relayDeletes)
	};
}

const covers = (a: Map<number, number>, b: Map<number, number>): boolean =>
	[...b].every(([client, clock]) => (a.get(client) ?? 0) >= clock);

/** Ranges sorted, with neighbours joined. */
function joined(deletes: Deletes): Deletes {
	const result: Deletes = new Map();
	for (const [client, ranges] of deletes) {
		const list: Ranges = [];
		for (const { clock, len } of [...ranges].sort((a, b) => a.clock - b.clock)) {
			const last = list.at(-1);
			if (last && last.clock + last.len >= clock) last.len = Math.max(last.len, clock + len - last.clock);
			else list.push({ clock, len });
		}
		result.set(client, list);
	}
	return result;
}

function contains(all: Deletes, part: Deletes): boolean {
	for (const [client, ranges] of part) {
		const own = all.get(client) ?? [];
		let at = 0;
		for (const { clock, len } of ranges) {
			while (at < own.length && (own[at]?.clock ?? 0) + (own[at]?.len ?? 0) <= clock) at++;
			const found = own[at];
			if (!found || found.clock > clock || found.clock + found.len < clock + len) return false;
		}
	}
	return true;
}
