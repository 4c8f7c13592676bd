import { newId, type ImportId, type PartyId } from '#core/model/id.ts';
import type { ImportTarget } from '../../workspace/import-target.ts';
import type { Candidate } from './plan.ts';
import { breathe } from './slices.ts';

/** Parties that are written at a time: few enough to cancel soon, many enough that the disk is not the brake. */
const BATCH = 200;

/** How an import ended. `made` are the parties that are on the device, whatever happened. */
export type ImportResult = {
	state: 'done' | 'cancelled' | 'failed';
	importId: ImportId;
	made: PartyId[];
	error: unknown;
};

/**
 * Makes a party of each row. Cancelling takes effect between two batches; a batch is written whole or not at all.
 * It never throws: a failure of the device's storage comes as the result, with what was made before it.
 */
export async function runImport(
	rows: readonly Candidate[],
	target: ImportTarget,
	{ signal, progress }: { signal: AbortSignal; progress: (done: number) => void }
): Promise<ImportResult> {
	const importId = newId<ImportId>();
	const made: PartyId[] = [];
	for (let at = 0; at < rows.length; at += BATCH) {
		if (signal.aborted) return { state: 'cancelled', importId, made, error: undefined };
		const parties = rows.slice(at, at + BATCH).map(({ draft }) => ({ party: newId<PartyId>(), draft }));
		try {
			await target.writeMany(parties, importId);
		} catch (error) {
			return { state: 'failed', importId, made, error };
		}
		for (const { party } of parties) made.push(party);
		progress(made.length);
		await breathe();
	}
	return { state: 'done', importId, made, error: undefined };
}
