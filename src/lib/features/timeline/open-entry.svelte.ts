import { createContext } from 'svelte';
import type { EntryId } from '#core/model/id.ts';

/** Which entry is open for writing on this screen; one at a time. */
export class OpenEntry {
	current = $state<EntryId>();

	open(entry: EntryId): void {
		this.current = entry;
	}

	close(): void {
		this.current = undefined;
	}
}

const [useOpenEntry, provideOpenEntry] = createContext<OpenEntry>();
export { useOpenEntry, provideOpenEntry };
