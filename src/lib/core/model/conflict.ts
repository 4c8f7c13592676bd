import type { ChangeId, MemberId } from './id.ts';
import { isSameValue, type Scalar } from './fields.ts';
import { headsOf, type Change, type FieldPath } from './change.ts';

/** One of the values that were written without knowing of each other. */
export type ConflictValue = {
	value: Scalar;
	/** Author, time and id; undefined when the change that wrote the value was never finished. */
	by: MemberId | undefined;
	at: number | undefined;
	change: ChangeId | undefined;
};

/** A field in which two wrote at once: two values or more, to be shown for choosing. */
export type Conflict = { field: FieldPath; values: ConflictValue[] };

/**
 * The conflict in `field`, given all its changes: several heads with different values, or a head that began from
 * a value which is not the one its single base ended with (somebody's edit in between was never finished).
 */
export function conflictIn(field: FieldPath, changes: readonly Change[]): Conflict | undefined {
	const values: ConflictValue[] = [];
	const add = (value: ConflictValue): void => {
		if (!values.some((other) => isSameValue(other.value, value.value))) values.push(value);
	};
	const heads = headsOf(changes);
	for (const head of heads) add({ value: head.to, by: head.by, at: head.at, change: head.id });
	for (const head of heads) {
		if (!isTorn(head, changes)) continue;
		add({ value: head.from, by: undefined, at: undefined, change: undefined });
	}
	return values.length > 1 ? { field, values } : undefined;
}

const isTorn = (head: Change, changes: readonly Change[]): boolean => {
	if (head.bases.length !== 1) return false;
	const base = changes.find((change) => change.id === head.bases[0]);
	return base !== undefined && !isSameValue(base.to, head.from);
};
