import { m } from '#paraglide/messages.js';
import type { PartyDocument, TrashTable } from '#core/documents/party.ts';
import type { MemberId } from '#core/model/id.ts';
import { personName } from '#core/model/name.ts';
import { formatDate } from '$lib/ui/format.ts';
import { channelWord, purposeWord } from './party-words.ts';

/** One thing in the trash, in words. */
export type TrashLine = {
	table: TrashTable;
	id: string;
	text: string;
	deletedAt: number;
	deletedBy: MemberId | undefined;
};

/** Everything of a party that is in the trash, the latest first. */
export function trashLines(document: PartyDocument): TrashLine[] {
	const { channels, addresses, persons, entries } = document.trash();
	const lines: TrashLine[] = [
		...channels.map((one) => ({
			...one,
			table: 'channels' as const,
			text: `${channelWord(one.type)} ${one.value}`
		})),
		...addresses.map((one) => ({
			...one,
			table: 'addresses' as const,
			text: [purposeWord(one.purpose), one.street, one.city].filter((part) => part !== '').join(', ')
		})),
		...persons.map((one) => ({
			...one,
			table: 'persons' as const,
			text: personName(one) || m.person_without_name()
		})),
		...entries.map((one) => ({
			...one,
			table: 'entries' as const,
			text: `${one.kind === 'call' ? m.entry_call() : m.entry_note()}, ${formatDate(one.at, 'dayTime')}`
		}))
	];
	return lines.sort((a, b) => b.deletedAt - a.deletedAt);
}
