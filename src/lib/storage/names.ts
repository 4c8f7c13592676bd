import type { MemberId, RoomName, WorkspaceId } from '#core/model/id.ts';

/** Whose data on this device; every name below carries both (rule 23). */
export type Owner = { member: MemberId; workspace: WorkspaceId };

/** The name of a database, channel or lock that belongs to one member in one workspace. */
export const ownName = (store: string, { member, workspace }: Owner): string =>
	`rapport-${store}:${member}:${workspace}`;

export const outboxName = (owner: Owner): string => ownName('outbox', owner);
export const shelfName = (owner: Owner): string => ownName('shelf', owner);
export const rowsName = (owner: Owner): string => ownName('rows', owner);
export const drainLock = (owner: Owner): string => ownName('drain', owner);
export const pullLock = (owner: Owner): string => ownName('pull', owner);
export const receiptLock = (owner: Owner): string => ownName('receipt', owner);
export const awayKey = (owner: Owner): string => ownName('away', owner);
export const pendingEditKey = (owner: Owner): string => ownName('edit', owner);

/** The y-indexeddb database of an open document. */
export const documentDatabase = (member: MemberId, room: RoomName, generation: number): string =>
	`rapport:${member}:${room}:g${generation}`;

/** Held shared by every tab that has the document open; whoever folds it away holds it alone. */
export const documentLock = (member: MemberId, room: RoomName): string => `rapport-doc:${member}:${room}`;

/** Held by the one writer of outbox rows that carry its id; when nobody holds it, the writer is gone. */
export const writerLock = (member: MemberId, writer: string): string => `rapport-writer:${member}:${writer}`;

const DOCUMENT = /^rapport:([^:]+):(.+):g(\d+)$/;

/** What a y-indexeddb database's name says; undefined for any other name. */
export function parseDocumentDatabase(
	name: string
): { member: MemberId; room: RoomName; generation: number } | undefined {
	const [, member, room, generation] = DOCUMENT.exec(name) ?? [];
	if (member === undefined || room === undefined || generation === undefined) return undefined;
	return { member: member as MemberId, room: room as RoomName, generation: Number(generation) };
}
