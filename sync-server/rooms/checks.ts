import * as Y from 'yjs';
import type { MemberId, RoomName } from '#core/model/id.ts';
import { MAX_CLOCK_ADVANCE, MAX_DEPTH } from '#core/protocol/limits.ts';
import type { RefusalReason } from '#core/protocol/refusal.ts';
import { parseRoom } from '#core/protocol/room.ts';
import { can } from '../rights.ts';
import { oneValueEach } from './one-value-each.ts';
import { placingCost } from './placing-cost.ts';
import type { Remainder } from './remainder.ts';
import { structFinder } from './struct-finder.ts';
import { clockOf, isItem, type Struct } from './yjs-parts.ts';

/** What a check may look at: the document as the log has it, and what is new. Nothing is applied yet (rule 7). */
export type CheckInput = {
	room: RoomName;
	doc: Y.Doc;
	remainder: Remainder;
	roots: ReadonlySet<string>;
	/** Whose Yjs client id this is; undefined when nobody has claimed it yet. */
	ownerOf: (client: number) => MemberId | undefined;
	member: MemberId;
	vouched: boolean;
};

export type Verdict = RefusalReason | 'gap' | undefined;
export type Check = (input: CheckInput) => Verdict;

/** Asked for what is new alone: a reader's stock provider sends back all that it has heard (rule 6). */
const right: Check = ({ member, room }) => {
	const address = parseRoom(room);
	const verdict = address && can(member, 'write', room, address.workspace);
	return verdict?.state === 'refused' ? verdict.reason : undefined;
};

const startOf = ({ doc }: CheckInput, client: number): number => clockOf(doc, client);
const endOf = (input: CheckInput, client: number): number =>
	input.remainder.ends.get(client) ?? startOf(input, client);

/** A GC struct of length 2^50 fits in 10 bytes and would use up the client's clock for ever. */
const clockJump: Check = (input) => {
	for (const [client, end] of input.remainder.ends) {
		const first = input.remainder.structs.get(client)?.[0]?.id.clock ?? 0;
		if (end - Math.max(first, startOf(input, client)) > MAX_CLOCK_ADVANCE) return 'clockJump';
	}
	return undefined;
};

const foreignClient: Check = ({ remainder, ownerOf, member, vouched }) => {
	if (vouched) return undefined;
	for (const client of remainder.structs.keys()) {
		const owner = ownerOf(client);
		if (owner !== undefined && owner !== member) return 'foreignClient';
	}
	return undefined;
};

const forbiddenContent: Check = ({ remainder }) => {
	for (const structs of remainder.structs.values())
		for (const struct of structs)
			if (isItem(struct) && struct.content.constructor === Y.ContentDoc) return 'forbiddenContent';
	return undefined;
};

/** Every root is a Y.Map: what stands directly in one has a key. */
const roots: Check = ({ remainder, roots: allowed }) => {
	for (const structs of remainder.structs.values())
		for (const struct of structs) {
			if (!isItem(struct) || typeof struct.parent !== 'string') continue;
			if (!allowed.has(struct.parent)) return 'unknownRoot';
			if (struct.parentSub === null) return 'wrongRootType';
		}
	return undefined;
};

/** Clocks follow on without a hole, and everything that a struct names is known or comes with it. */
const gaps: Check = (input) => {
	const isKnown = (id: Y.ID | null): boolean => id === null || id.clock < endOf(input, id.client);
	for (const [client, structs] of input.remainder.structs) {
		let next = startOf(input, client);
		for (const struct of structs) {
			if (struct.id.clock > next) return 'gap';
			next = struct.id.clock + struct.length;
			if (!isItem(struct)) continue;
			const parent = struct.parent instanceof Y.ID ? struct.parent : null;
			if (!isKnown(struct.origin) || !isKnown(struct.rightOrigin) || !isKnown(parent)) return 'gap';
		}
	}
	for (const { client, range } of input.remainder.deletes)
		if (range.clock + range.len > endOf(input, client)) return 'gap';
	return undefined;
};

const depth: Check = (input) => {
	const find = structFinder(input);
	const known = new Map<Struct, number>();
	for (const structs of input.remainder.structs.values())
		for (const struct of structs) {
			if (!isItem(struct) || struct.content.constructor !== Y.ContentType) continue;
			if (depthOf(struct, find, known) > MAX_DEPTH) return 'tooDeep';
		}
	return undefined;
};

/** Steps up to the root; stops counting beyond the cap, so that a loop of hostile parents ends too. */
function depthOf(item: Y.Item, find: (id: Y.ID) => Struct | undefined, known: Map<Struct, number>): number {
	let steps = 0;
	let at: Y.Item = item;
	// Siblings lead to the item that names its parent; their number is bounded by the update and the document.
	const trail: { item: Y.Item; steps: number }[] = [];
	let result: number | undefined;
	while (result === undefined) {
		const before = known.get(at);
		if (before !== undefined) result = before + steps;
		else if (steps > MAX_DEPTH || trail.length > 1_000_000) result = MAX_DEPTH + 1;
		else {
			trail.push({ item: at, steps });
			const { parent } = at;
			let up: Struct | undefined;
			if (parent instanceof Y.ID) {
				up = find(parent);
				steps += 1;
			} else if (parent instanceof Y.AbstractType) {
				up = parent._item ?? undefined;
				steps += 1;
			} else if (parent === null) {
				const sibling = at.origin ?? at.rightOrigin;
				up = sibling ? find(sibling) : undefined;
			} else steps += 1;
			if (up && isItem(up)) at = up;
			else result = steps;
		}
	}
	// The whole trail is known now: walking along one chain of siblings for each item would take its square.
	for (const passed of trail) known.set(passed.item, result - passed.steps);
	return result;
}

/** Steps that Yjs may take to place the items of one update; about half a second. */
const MAX_PLACING_COST = 5_000_000;

const placing: Check = ({ doc, remainder }) =>
	placingCost(doc, remainder, MAX_PLACING_COST) > MAX_PLACING_COST ? 'tooLarge' : undefined;

/**
 * All checks, in the order in which they are made; the first that objects decides (rules 6-9). A gap comes late: an
 * offence is no gap, and a write with both is an offence.
 */
export const CHECKS = {
	right,
	clockJump,
	foreignClient,
	forbiddenContent,
	roots,
	gaps,
	oneValueEach,
	depth,
	placing
} as const satisfies Record<string, Check>;

export type CheckName = keyof typeof CHECKS;

/** The first objection of the checks, or undefined. `without` leaves one out: that is how guards are tested. */
export function judge(input: CheckInput, without?: CheckName): Verdict {
	for (const [name, check] of Object.entries(CHECKS)) {
		if (name === without) continue;
		const verdict = check(input);
		if (verdict) return verdict;
	}
	return undefined;
}

/** Why a gap that a SyncStep2 did not close is refused (rules 8, 9). */
export const reasonOfGap = (input: CheckInput): RefusalReason =>
	input.remainder.deletes.some(({ client }) => endOf(input, client) === 0) ? 'deleteOfUnknown' : 'gapRemains';
