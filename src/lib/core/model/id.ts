import { uuidv7 } from './uuid.ts';

/** A UUIDv7 in lower-case canonical form: made on the device, never reused, sorts by time of creation. */
type Id<Name extends string> = string & { readonly __id: Name };

/** Identifies one company's Rapport. */
export type WorkspaceId = Id<'workspace'>;
/** Identifies a person with access; made on the device before any account exists. */
export type MemberId = Id<'member'>;
/** Identifies an organisation or a person the company has a relationship with. */
export type PartyId = Id<'party'>;
/** Identifies the unit of permission. */
export type SpaceId = Id<'space'>;
/** Identifies one thing on a party's timeline. */
export type EntryId = Id<'entry'>;
/** Identifies a person at an organisation. */
export type PersonId = Id<'person'>;
/** Identifies one phone number, e-mail, web or messenger address. */
export type ChannelId = Id<'channel'>;
/** Identifies one postal address of a party. */
export type AddressId = Id<'address'>;
/** Identifies one immutable record of a field's change. */
export type ChangeId = Id<'change'>;
/** A checked room address, `W/party/P`; only `protocol/room.ts` makes one from outside. */
export type RoomName = string & { readonly __room: true };
/** Identifies one import, so that it can be undone as a whole. */
export type ImportId = Id<'import'>;

export type AnyId =
	| WorkspaceId
	| MemberId
	| PartyId
	| SpaceId
	| EntryId
	| PersonId
	| ChannelId
	| AddressId
	| ChangeId
	| ImportId;

const PATTERN = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/** A new id of the kind that the caller's type asks for. */
export const newId = <T extends AnyId>(): T => uuidv7() as T;

/** True for a canonical lower-case UUIDv7; the only check that anything from outside needs to become an id. */
export const isId = (value: unknown): value is AnyId => typeof value === 'string' && PATTERN.test(value);

/** The id in `value`, or undefined when it is none. */
export const asId = <T extends AnyId>(value: unknown): T | undefined =>
	isId(value) ? (value as T) : undefined;

/** Milliseconds since the epoch at which `id` was made, by its own maker's clock. */
export const timeOf = (id: AnyId): number => Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16);
