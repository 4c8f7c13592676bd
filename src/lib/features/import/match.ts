import type { PartyRow } from '#core/documents/row.ts';
import { emailKey } from '#core/model/email.ts';
import { fold } from '#core/model/fold.ts';
import type { PartyId } from '#core/model/id.ts';
import type { PhoneReader } from './phone-reader.ts';
import type { RowKeys } from './row-draft.ts';
import { inSlices } from './slices.ts';

export type MatchedBy = 'email' | 'phone' | 'number';

/** A thing that has one of the keys looked for. */
export type Found<T> = { what: T; by: MatchedBy; value: string };

/** Who is known by which e-mail, phone and number. */
export class Known<T> {
	readonly #by: Record<MatchedBy, Map<string, T[]>> = {
		email: new Map(),
		phone: new Map(),
		number: new Map()
	};

	add(keys: RowKeys, what: T): void {
		for (const [by, key] of pairs(keys)) {
			const list = this.#by[by].get(key);
			if (list) list.push(what);
			else this.#by[by].set(key, [what]);
		}
	}

	/** Everything that shares a key, each once, by the first key that it shares. */
	find(keys: RowKeys): Found<T>[] {
		const found = new Map<T, Found<T>>();
		for (const [by, value] of pairs(keys))
			for (const what of this.#by[by].get(value) ?? [])
				if (!found.has(what)) found.set(what, { what, by, value });
		return [...found.values()];
	}
}

const pairs = ({ emails, phones, number }: RowKeys): [MatchedBy, string][] => [
	...(number === '' ? [] : [['number', number] as [MatchedBy, string]]),
	...emails.map((key): [MatchedBy, string] => ['email', key]),
	...phones.map((key): [MatchedBy, string] => ['phone', key])
];

/** Party rows by what they can be recognised by; their numbers are read as those of the import are. */
export async function knownParties(
	rows: readonly PartyRow[],
	phones: PhoneReader,
	signal?: AbortSignal
): Promise<Known<PartyId>> {
	const known = new Known<PartyId>();
	await inSlices(
		rows,
		({ party, facts }) =>
			known.add(
				{
					emails: facts.emails.map(emailKey),
					phones: facts.phones.map((phone) => phones.keyOf(phone)).filter((key) => key.length > 5),
					number: fold(facts.number)
				},
				party
			),
		{ signal }
	);
	return known;
}
