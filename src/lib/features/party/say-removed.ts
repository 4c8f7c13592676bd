import { m } from '#paraglide/messages.js';
import type { TrashTable } from '#core/documents/party.ts';
import { say } from '$lib/ui/toast.ts';
import type { PartyDesk } from './party-desk.ts';

const WORDS: Record<TrashTable, () => string> = {
	channels: m.removed_channel,
	addresses: m.removed_address,
	persons: m.removed_person,
	entries: m.removed_entry
};

/** Puts a row in the trash and offers the way back. */
export function sayRemoved(desk: PartyDesk, table: TrashTable, id: string): void {
	const takeBack = desk.remove(table, id);
	say(WORDS[table](), { label: m.undo(), act: () => void takeBack() });
}

/** Takes back my last deed and says when that was not possible. */
export function undoAndSay(desk: PartyDesk): void {
	const result = desk.undoLast();
	if (result === 'changed-since') say(m.undo_changed_since());
	else say(result === 'undone' ? m.undone() : m.undo_nothing());
}
