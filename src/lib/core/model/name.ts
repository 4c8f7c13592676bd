import type { PartyKind } from './party.ts';

/** "Dr. Erika Muster"; parts that are missing leave no gap. */
export const personName = (person: { title: string; givenName: string; familyName: string }): string =>
	[person.title, person.givenName, person.familyName]
		.map((part) => part.trim())
		.filter((part) => part !== '')
		.join(' ');

/**
 * The name under which a party is shown: the organisation's name or the person's. Falls back to the other when its
 * own is missing, '' when there is none at all.
 */
export function partyName(party: {
	kind: PartyKind;
	name: string;
	title: string;
	givenName: string;
	familyName: string;
}): string {
	const name = party.name.trim();
	const person = personName(party);
	return party.kind === 'person' ? person || name : name || person;
}
