import type { PendingEdit } from '#core/documents/field-edit.ts';
import type { RoomName } from '#core/model/id.ts';
import { pendingEditKey, type Owner } from './names.ts';

/** An edit that was begun and not finished, and the writer that had begun it. */
export type KeptEdit = { writer: string; room: RoomName; edit: PendingEdit };

/**
 * Edits from their first keystroke until their one change is written, so that a killed tab's edit still gets it.
 * In localStorage: it is written before the next line runs, when a tab dies there is no time to wait.
 */
export class PendingEdits {
	readonly #prefix: string;

	constructor(owner: Owner) {
		this.#prefix = `${pendingEditKey(owner)}:`;
	}

	/** Remembers an edit; false when the browser refuses (the edit itself stands, it may only miss its change record). */
	keep(kept: KeptEdit): boolean {
		try {
			localStorage.setItem(this.#key(kept.writer, kept.room, kept.edit.field), JSON.stringify(kept));
			return true;
		} catch (cause) {
			void cause;
			return false;
		}
	}

	forget(writer: string, room: RoomName, field: string): void {
		try {
			localStorage.removeItem(this.#key(writer, room, field));
		} catch (cause) {
			// Without localStorage nothing was kept.
			void cause;
		}
	}

	/** All edits that no tab has finished; living writers' too. */
	all(): KeptEdit[] {
		const found: KeptEdit[] = [];
		try {
			for (let at = 0; at < localStorage.length; at++) {
				const key = localStorage.key(at);
				const kept = key?.startsWith(this.#prefix) ? parse(localStorage.getItem(key)) : undefined;
				if (kept) found.push(kept);
			}
		} catch (cause) {
			// Without localStorage nothing was kept.
			void cause;
		}
		return found;
	}

	#key(writer: string, room: RoomName, field: string): string {
		return `${this.#prefix}${writer}:${room}:${field}`;
	}
}

function parse(text: string | null): KeptEdit | undefined {
	if (text === null) return undefined;
	try {
		const kept = JSON.parse(text) as KeptEdit;
		const { writer, room, edit } = kept;
		const isSound =
			typeof writer === 'string' &&
			typeof room === 'string' &&
			typeof edit.field === 'string' &&
			typeof edit.by === 'string' &&
			typeof edit.at === 'number' &&
			Array.isArray(edit.bases);
		return isSound ? kept : undefined;
	} catch (cause) {
		// Not ours: something else wrote under this key. It harms nobody there.
		void cause;
		return undefined;
	}
}
