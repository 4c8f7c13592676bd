import type { ChangeId, MemberId } from '../model/id.ts';
import type { Scalar } from '../model/fields.ts';
import type { FieldPath } from '../model/change.ts';

/**
 * An edit that has begun and isn't finished: plain data, to be kept by the device from the first keystroke on, so
 * that it can be finished after a crash.
 */
export type PendingEdit = {
	field: FieldPath;
	from: Scalar;
	bases: ChangeId[];
	by: MemberId;
	/** Milliseconds since the epoch at which it began. */
	at: number;
};

/** What an edit needs of its document. */
export type EditTarget = {
	/** The state of the field before the first keystroke. */
	begin(field: FieldPath): { from: Scalar; bases: ChangeId[] };
	write(field: FieldPath, value: Scalar): void;
	/** Writes the change; undefined when the value ends as it began. */
	finish(pending: PendingEdit, to: Scalar, at: number): ChangeId | undefined;
};

/**
 * Typing in one field: each value goes into the document at once, and becomes one change when the field is left or
 * rests. It begins with its first `type`, not with the focus: what came in before was on screen and has been seen.
 * After `finish` it can go on with another `type`.
 */
export class FieldEdit {
	readonly field: FieldPath;
	readonly #target: EditTarget;
	readonly #by: MemberId;
	#pending: PendingEdit | undefined;
	#typed: Scalar = null;

	constructor(target: EditTarget, field: FieldPath, by: MemberId) {
		this.#target = target;
		this.field = field;
		this.#by = by;
	}

	/** What to keep for a crash; undefined before the first keystroke and after `finish`. */
	get pending(): PendingEdit | undefined {
		return this.#pending;
	}

	/** Writes `value` into the document. Throws when the row of the field isn't there. */
	type(value: Scalar, at: number): void {
		this.#pending ??= { field: this.field, ...this.#target.begin(this.field), by: this.#by, at };
		this.#typed = value;
		this.#target.write(this.field, value);
	}

	/** Writes the one change of this edit. Undefined when nothing was typed or the value is as it was. */
	finish(at: number): ChangeId | undefined {
		const pending = this.#pending;
		if (!pending) return undefined;
		this.#pending = undefined;
		return this.#target.finish(pending, this.#typed, at);
	}
}
