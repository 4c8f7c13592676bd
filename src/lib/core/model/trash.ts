import { asId, type MemberId } from './id.ts';
import type { FieldReader } from './fields.ts';

/** Marks a thing as thrown away; it can be taken back until the relay drops it. `deletedAt` 0: it is not. */
export type Trashable = { deletedAt: number; deletedBy: MemberId | undefined };

/** Reads the marks of the trash. */
export const readTrash = (read: FieldReader): Trashable => ({
	deletedAt: read.number('deletedAt'),
	deletedBy: asId<MemberId>(read.text('deletedBy'))
});

export const isTrashed = (thing: Trashable): boolean => thing.deletedAt !== 0;
