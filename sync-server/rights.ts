import type { MemberId, RoomName, WorkspaceId } from '#core/model/id.ts';
import type { RefusalReason } from '#core/protocol/refusal.ts';
import { parseRoom } from '#core/protocol/room.ts';

/**
 * Whether the member may read or write the room (rule 17). Until spaces and roles exist everybody of the workspace
 * may do both, except in what is one member's own.
 */
export function can(
	member: MemberId,
	action: 'read' | 'write',
	address: string,
	workspace: WorkspaceId
): { state: 'allowed'; room: RoomName } | { state: 'refused'; reason: RefusalReason } {
	const room = parseRoom(address);
	if (!room || room.workspace !== workspace) return { state: 'refused', reason: 'unknownRoom' };
	switch (room.kind) {
		case 'member':
		case 'member-agenda':
		case 'party-draft':
			if (room.member !== member) return { state: 'refused', reason: 'notAllowed' };
			break;
		case 'party-confidential':
			// It is for the members of one space, and nobody is yet.
			return { state: 'refused', reason: 'notAllowed' };
		case 'settings':
		case 'shared':
		case 'space-agenda':
		case 'board':
		case 'party':
		case 'party-comments':
		case 'party-sketch':
			break;
		default:
			return { state: 'refused', reason: action === 'read' ? 'unknownRoom' : 'notAllowed' };
	}
	return { state: 'allowed', room: address as RoomName };
}
