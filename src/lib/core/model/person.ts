import { asId, type PersonId } from './id.ts';
import { FieldReader, type Fields, type Parsed } from './fields.ts';
import { readTrash, type Trashable } from './trash.ts';

/** A contact person: a person at an organisation, with the topics they answer for. */
export type Person = Trashable & {
	id: PersonId;
	title: string;
	givenName: string;
	familyName: string;
	function: string;
	department: string;
	/** As written; ordered topics with deputies come with a later issue. */
	topics: string;
	rank: string;
};

export function parsePerson(id: string, fields: Fields): Parsed<Person> {
	const read = new FieldReader(fields);
	const personId = asId<PersonId>(id);
	if (!personId) return { state: 'unreadable', problems: ['id'] };
	return read.result({
		id: personId,
		title: read.text('title'),
		givenName: read.text('givenName'),
		familyName: read.text('familyName'),
		function: read.text('function'),
		department: read.text('department'),
		topics: read.text('topics'),
		rank: read.text('rank'),
		...readTrash(read)
	});
}
