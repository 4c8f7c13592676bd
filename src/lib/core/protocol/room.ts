import {
	asId,
	type MemberId,
	type PartyId,
	type RoomName,
	type SpaceId,
	type WorkspaceId
} from '../model/id.ts';

/** What a room address says. `epoch` 0 is never written (rule 30). */
export type Room = { workspace: WorkspaceId; epoch: number } & (
	| { kind: 'settings' }
	| { kind: 'shared' }
	| { kind: 'member'; member: MemberId }
	| { kind: 'member-agenda'; member: MemberId }
	| { kind: 'space-agenda'; space: SpaceId; year: number | undefined }
	| { kind: 'board'; space: SpaceId; board: string }
	| { kind: 'party'; party: PartyId }
	| { kind: 'party-comments'; party: PartyId }
	| { kind: 'party-sketch'; party: PartyId; sketch: string }
	| { kind: 'party-confidential'; party: PartyId; space: SpaceId }
	| { kind: 'party-draft'; party: PartyId; member: MemberId }
);

const KEY = /^[0-9a-z][0-9a-z-]{0,63}$/;
const YEAR = /^(19|20|21)\d\d$/;
const EPOCH = /@([1-9]\d{0,6})$/;

/** The address of a party's main document. */
export const partyRoom = (workspace: WorkspaceId, party: PartyId): RoomName =>
	`${workspace}/party/${party}` as RoomName;

/** Reads a room address; undefined for anything that is not exactly one of architecture.md section 2. */
export function parseRoom(address: string): Room | undefined {
	if (address.length > 200) return undefined;
	const epochMatch = EPOCH.exec(address);
	const epoch = epochMatch ? Number(epochMatch[1]) : 0;
	const parts = (epochMatch ? address.slice(0, epochMatch.index) : address).split('/');
	const workspace = asId<WorkspaceId>(parts[0]);
	if (!workspace) return undefined;
	const base = { workspace, epoch };
	const [, noun, first, second, third, ...rest] = parts;
	if (rest.length > 0) return undefined;
	if (noun === 'settings' && first === undefined) return { ...base, kind: 'settings' };
	if (noun === 'shared' && first === undefined) return { ...base, kind: 'shared' };
	if (noun === 'member') {
		const member = asId<MemberId>(first);
		if (!member || third !== undefined) return undefined;
		if (second === undefined) return { ...base, kind: 'member', member };
		return second === 'agenda' ? { ...base, kind: 'member-agenda', member } : undefined;
	}
	if (noun === 'space') {
		const space = asId<SpaceId>(first);
		if (!space) return undefined;
		if (second === 'agenda') {
			if (third !== undefined && !YEAR.test(third)) return undefined;
			return { ...base, kind: 'space-agenda', space, year: third === undefined ? undefined : Number(third) };
		}
		if (second === 'board' && third !== undefined && KEY.test(third))
			return { ...base, kind: 'board', space, board: third };
		return undefined;
	}
	if (noun === 'party') return parseParty(base, first, second, third);
	return undefined;
}

function parseParty(
	base: { workspace: WorkspaceId; epoch: number },
	first: string | undefined,
	second: string | undefined,
	third: string | undefined
): Room | undefined {
	const party = asId<PartyId>(first);
	if (!party) return undefined;
	if (second === undefined) return { ...base, kind: 'party', party };
	if (second === 'comments' && third === undefined) return { ...base, kind: 'party-comments', party };
	if (third === undefined) return undefined;
	if (second === 'sketch' && KEY.test(third)) return { ...base, kind: 'party-sketch', party, sketch: third };
	if (second === 'in') {
		const space = asId<SpaceId>(third);
		return space && { ...base, kind: 'party-confidential', party, space };
	}
	if (second === 'draft') {
		const member = asId<MemberId>(third);
		return member && { ...base, kind: 'party-draft', party, member };
	}
	return undefined;
}

/** `address` as a checked name, or undefined. */
export const asRoomName = (address: string): RoomName | undefined =>
	parseRoom(address) ? (address as RoomName) : undefined;
