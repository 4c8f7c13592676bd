import type { FieldEdit } from '#core/documents/field-edit.ts';
import type { PartyDocument } from '#core/documents/party.ts';
import type { FieldPath } from '#core/model/change.ts';
import type { Scalar } from '#core/model/fields.ts';
import type { MemberId, RoomName } from '#core/model/id.ts';
import type { PendingEdits } from '../storage/pending-edits.ts';

/** Ms without a keystroke after which the edit of a field becomes its change. */
const REST_MS = 5_000;

type Typing = { edit: FieldEdit; rest: ReturnType<typeof setTimeout> | undefined };

/** Typing in the fields of one open document: each value at once, one change per edit, also for a killed tab. */
export class FieldTyping {
	readonly #document: PartyDocument;
	readonly #place: { room: RoomName; writer: string; me: MemberId };
	readonly #pending: PendingEdits;
	readonly #typing = new Map<FieldPath, Typing>();

	constructor(
		document: PartyDocument,
		place: { room: RoomName; writer: string; me: MemberId },
		pending: PendingEdits
	) {
		this.#document = document;
		this.#place = place;
		this.#pending = pending;
	}

	/** Writes `value` into the field. False when the field is gone: somebody deleted its row. */
	type(field: FieldPath, value: Scalar): boolean {
		const typing = this.#typing.get(field) ?? {
			edit: this.#document.beginEdit(field, this.#place.me),
			rest: undefined
		};
		if (!this.#document.hasField(field)) {
			this.#drop(field, typing);
			return false;
		}
		this.#typing.set(field, typing);
		const isFirst = !typing.edit.pending;
		typing.edit.type(value, Date.now());
		const { pending } = typing.edit;
		if (isFirst && pending)
			this.#pending.keep({ writer: this.#place.writer, room: this.#place.room, edit: pending });
		clearTimeout(typing.rest);
		typing.rest = setTimeout(() => this.leave(field), REST_MS);
		return true;
	}

	/** Finishes the edit of a field; nothing when there is none. */
	leave(field: FieldPath): void {
		const typing = this.#typing.get(field);
		if (!typing) return;
		if (this.#document.hasField(field)) typing.edit.finish(Date.now());
		this.#drop(field, typing);
	}

	leaveAll(): void {
		for (const field of [...this.#typing.keys()]) this.leave(field);
	}

	#drop(field: FieldPath, typing: Typing): void {
		clearTimeout(typing.rest);
		this.#typing.delete(field);
		this.#pending.forget(this.#place.writer, this.#place.room, field);
	}
}
