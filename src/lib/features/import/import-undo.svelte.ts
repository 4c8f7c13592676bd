import type { PartyId } from '#core/model/id.ts';
import { toStorageError, type StorageFailure } from '$lib/storage/failure.ts';
import type { ImportTarget } from '$lib/workspace/import-target.ts';

/** How taking an import back stands. */
export type UndoState =
	| { state: 'possible' }
	| { state: 'under-way' }
	| { state: 'undone'; count: number }
	| { state: 'failed'; failure: StorageFailure };

/** Takes the parties of an import back, and tells how it went. It can be tried again when it failed. */
export class ImportUndo {
	current = $state.raw<UndoState>({ state: 'possible' });
	readonly #target: ImportTarget;

	constructor(target: ImportTarget) {
		this.#target = target;
	}

	async undo(parties: readonly PartyId[]): Promise<void> {
		this.current = { state: 'under-way' };
		try {
			this.current = { state: 'undone', count: await this.#target.removeMany(parties) };
		} catch (error) {
			this.current = { state: 'failed', failure: toStorageError(error).failure };
		}
	}
}
