import type { ChangeId } from '../../model/id.ts';
import type { Change, FieldPath } from '../../model/change.ts';

/** What all replicas together have done: the truth that every document is held against. */
export class Ledger {
	readonly changes: Change[] = [];
	readonly rows: { table: 'channels' | 'addresses' | 'persons' | 'entries'; id: string }[] = [];

	noteChange(change: Change | undefined): void {
		if (change) this.changes.push(change);
	}

	/** The ids of the changes of `field` that nobody has superseded. */
	headsOf(field: FieldPath): ChangeId[] {
		const all = this.changes.filter((change) => change.field === field);
		const superseded = new Set(all.flatMap((change) => change.bases));
		return all
			.map((change) => change.id)
			.filter((id) => !superseded.has(id))
			.sort();
	}

	fields(): FieldPath[] {
		return [...new Set(this.changes.map((change) => change.field))];
	}
}
