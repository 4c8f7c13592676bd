import { asId, type ChangeId, type MemberId } from './id.ts';
import { isScalar, type Scalar } from './fields.ts';
import { compareText } from './rank.ts';

/** `record/name`, `persons/<id>/function`, `roles/<key>/active`: a field of a party document. */
export type FieldPath = string & { readonly __fieldPath?: true };

/** How many changes of one field stay in the document; older ones come from the relay's history. */
export const KEPT_CHANGES = 20;

/** One finished, immutable change of one field. */
export type Change = {
	id: ChangeId;
	field: FieldPath;
	from: Scalar;
	to: Scalar;
	by: MemberId | undefined;
	/** Milliseconds since the epoch by its author's clock. */
	at: number;
	/** All changes of the field, not yet superseded, that the author had seen when the edit began. */
	bases: readonly ChangeId[];
};

/** Reads a change from a document; undefined when it is none. Looks at own keys only: `__proto__` can be sent. */
export function parseChange(id: string, value: unknown): Change | undefined {
	const changeId = asId<ChangeId>(id);
	if (!changeId || typeof value !== 'object' || value === null) return undefined;
	const own = new Map<string, unknown>(Object.entries(value));
	const field = own.get('field');
	const from = own.get('from') ?? null;
	const to = own.get('to') ?? null;
	const at = own.get('at');
	const bases = own.get('bases');
	if (typeof field !== 'string' || typeof at !== 'number' || !Number.isFinite(at)) return undefined;
	if (!isScalar(from) || !isScalar(to) || !Array.isArray(bases)) return undefined;
	const ids: ChangeId[] = [];
	for (const base of bases) {
		const baseId = asId<ChangeId>(base);
		if (baseId && baseId !== changeId) ids.push(baseId);
	}
	return { id: changeId, field, from, to, by: asId<MemberId>(own.get('by')), at, bases: ids };
}

/** Oldest first, then by id; clocks of different devices are taken as they are. */
export const byTime = (a: Change, b: Change): number => a.at - b.at || compareText(a.id, b.id);

/** The changes that no other one names as its base. */
export function headsOf(changes: readonly Change[]): Change[] {
	const superseded = new Set(changes.flatMap((change) => change.bases));
	return changes.filter((change) => !superseded.has(change.id)).sort(byTime);
}
