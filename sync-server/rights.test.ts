import { expect, it } from 'vitest';
import { newId, type MemberId, type PartyId, type SpaceId, type WorkspaceId } from '#core/model/id.ts';
import { can } from './rights.ts';

const workspace = newId<WorkspaceId>();
const [alice, bob] = [newId<MemberId>(), newId<MemberId>()];
const party = `${workspace}/party/${newId<PartyId>()}`;
const space = newId<SpaceId>();

/** The room, and whether Alice and Bob may use it. */
const MATRIX: [string, 'allowed' | 'notAllowed' | 'unknownRoom', 'allowed' | 'notAllowed' | 'unknownRoom'][] =
	[
		[`${workspace}/settings`, 'allowed', 'allowed'],
		[`${workspace}/shared`, 'allowed', 'allowed'],
		[`${workspace}/space/${space}/agenda`, 'allowed', 'allowed'],
		[`${workspace}/space/${space}/board/sales`, 'allowed', 'allowed'],
		[party, 'allowed', 'allowed'],
		[`${party}@2`, 'allowed', 'allowed'],
		[`${party}/comments`, 'allowed', 'allowed'],
		[`${party}/sketch/one`, 'allowed', 'allowed'],
		[`${party}/in/${space}`, 'notAllowed', 'notAllowed'],
		[`${party}/draft/${alice}`, 'allowed', 'notAllowed'],
		[`${workspace}/member/${alice}`, 'allowed', 'notAllowed'],
		[`${workspace}/member/${alice}/agenda`, 'allowed', 'notAllowed'],
		[`${newId<WorkspaceId>()}/settings`, 'unknownRoom', 'unknownRoom'],
		[`${party}/../settings`, 'unknownRoom', 'unknownRoom'],
		['', 'unknownRoom', 'unknownRoom'],
		['__proto__', 'unknownRoom', 'unknownRoom']
	];

it.each(
	MATRIX.flatMap(([room, forAlice, forBob]) =>
		(['read', 'write'] as const).flatMap((action) => [
			{ who: 'Alice', member: alice, action, room, verdict: forAlice },
			{ who: 'Bob', member: bob, action, room, verdict: forBob }
		])
	)
)('17. $who, $action, $room: $verdict', ({ member, action, room, verdict }) => {
	const judged = can(member, action, room, workspace);
	expect(judged.state === 'allowed' ? 'allowed' : judged.reason).toBe(verdict);
});
