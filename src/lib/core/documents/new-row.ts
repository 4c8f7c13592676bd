import type { Scalar } from '../model/fields.ts';
import type { AnyId } from '../model/id.ts';
import { rankOf } from '../model/rank.ts';

type Values = Readonly<Record<string, Scalar | undefined>>;

/** The keys that a new row begins with: what is empty is not written. */
export const newRow = (values: Values): Map<string, Scalar> => {
	const row = new Map<string, Scalar>();
	for (const [key, value] of Object.entries(values))
		if (value !== undefined && value !== '') row.set(key, value);
	return row;
};

/** The same for a row of an ordered list: it stands at the end, unless `values` has a rank. */
export const newRankedRow = (id: AnyId, values: Values): Map<string, Scalar> =>
	newRow({ rank: rankOf(id), ...values });
