import { m } from '#paraglide/messages.js';
import type { MemberId } from '#core/model/id.ts';

/** The name that the directory has for a member; a word instead when there is none. */
export const memberName = (members: ReadonlyMap<MemberId, string>, member: MemberId | undefined): string =>
	(member && members.get(member)) || m.member_unknown();
