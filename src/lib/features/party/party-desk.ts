import { createContext } from 'svelte';
import { rowField } from '#core/documents/field-path.ts';
import type { PartyDocument, TrashTable } from '#core/documents/party.ts';
import type { Change, FieldPath } from '#core/model/change.ts';
import type { Conflict } from '#core/model/conflict.ts';
import { isSameValue, type Scalar } from '#core/model/fields.ts';
import type { ChangeId, MemberId } from '#core/model/id.ts';
import { live, type Live } from '$lib/reactivity/live.ts';
import type { OpenParty } from '$lib/workspace/open-party.ts';
import { UndoStack, type Undoable, type Undone } from './undo-stack.ts';

/** One party on screen: everything that its fields and buttons do, each so that I can take it back. */
export class PartyDesk {
	readonly open: OpenParty;
	readonly me: MemberId;
	readonly #undo = new UndoStack();
	/** My newest change of each field: what came after it is somebody else's. */
	readonly #mine = new Map<FieldPath, ChangeId>();
	/** Fields with keystrokes that are not yet a change, and the changes that stood there before. */
	readonly #typing = new Map<FieldPath, ReadonlySet<ChangeId>>();

	constructor(open: OpenParty, me: MemberId) {
		this.open = open;
		this.me = me;
	}

	get document(): PartyDocument {
		return this.open.document;
	}

	/** True between a keystroke and its change: the field's own undo is the right one then. */
	get isTyping(): boolean {
		return this.#typing.size > 0;
	}

	/** What `read` gives, followed at `path` (see `PartyDocument.observe`). */
	live<T>(path: string, read: (document: PartyDocument) => T): Live<T> {
		const { document } = this;
		return live({ observe: (changed) => document.observe(path, changed) }, () => read(document));
	}

	text(field: FieldPath): Live<string> {
		return this.live(field, (document) => String(document.value(field) ?? ''));
	}

	conflict(field: FieldPath): Live<Conflict | undefined> {
		return this.live(`changes/${field}`, (document) => document.conflictOf(field));
	}

	lastChange(field: FieldPath): Live<Change | undefined> {
		return this.live(`changes/${field}`, (document) => document.changesOf(field).at(-1));
	}

	type(field: FieldPath, value: Scalar): void {
		if (!this.#typing.has(field)) this.#typing.set(field, this.#changesOf(field));
		this.open.editField(field, value);
	}

	leave(field: FieldPath): void {
		this.open.leaveField(field);
		const before = this.#typing.get(field);
		this.#typing.delete(field);
		if (!before) return;
		for (const change of this.document.changesOf(field))
			if (change.by === this.me && !before.has(change.id)) this.#pushChange(field, change.id);
	}

	/** Sets a field in one step. */
	set(field: FieldPath, value: Scalar): void {
		this.leave(field);
		this.#pushChange(field, this.document.setField(field, value, this.me, Date.now()));
	}

	setRole(key: string, active: boolean): void {
		const field = rowField('roles', key, 'active');
		this.#pushChange(field, this.document.setRole(key, active, this.me, Date.now()));
	}

	/** Settles a conflict with one of its values. */
	choose(field: FieldPath, value: Scalar): void {
		this.document.choose(field, value, this.me, Date.now());
	}

	/** Notes that the row was made here, so that undo takes it away again. */
	added<Id extends string>(table: TrashTable, id: Id): Id {
		this.#undo.push({ undo: () => this.#mark(table, id) });
		return id;
	}

	/** Puts a row in the trash; the answer takes exactly that back. */
	remove(table: TrashTable, id: string): () => Undone {
		const deed: Undoable = {
			undo: () => {
				this.document.restore(table, id);
				return 'undone';
			}
		};
		this.#mark(table, id);
		this.#undo.push(deed);
		return () => this.#undo.take(deed);
	}

	/** Puts the whole party in the trash; the answer takes it back. */
	removeParty(): () => void {
		this.document.removeParty(this.me, Date.now());
		return () => this.document.restoreParty();
	}

	/** Takes back the last thing that I did on this party. */
	undoLast(): Undone {
		this.leaveAll();
		return this.#undo.takeLast();
	}

	leaveAll(): void {
		for (const field of [...this.#typing.keys()]) this.leave(field);
	}

	#mark(table: TrashTable, id: string): Undone {
		return this.document.remove(table, id, this.me, Date.now()) ? 'undone' : 'nothing';
	}

	#pushChange(field: FieldPath, id: ChangeId | undefined): void {
		const change = this.document.changesOf(field).find((one) => one.id === id);
		if (!change) return;
		this.#mine.set(field, change.id);
		this.#undo.push({ undo: () => this.#takeBack(change) });
	}

	/** Writes what was before. Only while mine is the last word: that can be an undo, so undoing goes back step by step. */
	#takeBack({ field, from, to }: Change): Undone {
		const last = this.document.changesOf(field).at(-1);
		const isMine = last?.id === this.#mine.get(field) && !this.document.conflictOf(field);
		if (!isMine || !isSameValue(this.document.value(field), to)) return 'changed-since';
		const inverse = this.document.setField(field, from, this.me, Date.now());
		if (inverse) this.#mine.set(field, inverse);
		return 'undone';
	}

	#changesOf(field: FieldPath): ReadonlySet<ChangeId> {
		return new Set(this.document.changesOf(field).map((change) => change.id));
	}
}

const [useDesk, provideDesk] = createContext<PartyDesk>();
export { useDesk, provideDesk };
