import { describe, expect, it } from 'vitest';
import { newId, type PartyId, type WorkspaceId } from '#core/model/id.ts';
import { partyRoom } from '#core/protocol/room.ts';
import type { Waiting } from '../storage/outbox-tally.ts';
import { documentSync, type DocumentFacts } from './document-state.ts';
import { summarise, type SyncFacts } from './sync-state.ts';

const room = partyRoom(newId<WorkspaceId>(), newId<PartyId>());
const waiting = (total: number, refused: Waiting['refused'] = new Map()): Waiting => ({
	total,
	rooms: new Map(total > 0 ? [[room, total]] : []),
	changes: total,
	refused
});
const facts = (more: Partial<SyncFacts> = {}): SyncFacts => ({
	contact: { state: 'online' },
	waiting: waiting(0),
	failure: undefined,
	areOpenSaved: true,
	delay: undefined,
	...more
});
const away = (reason: 'network' | 'otherWorkspace' | 'memberTaken' = 'network'): SyncFacts['contact'] => ({
	state: 'away',
	since: 5,
	reason
});

describe('the summary', () => {
	it('25. says saved only when nothing waits, all open documents are confirmed and there is contact', () => {
		expect(summarise(facts())).toEqual({ state: 'saved' });
		expect(summarise(facts({ waiting: waiting(1) }))).toEqual({ state: 'onDevice', waiting: 1 });
		expect(summarise(facts({ areOpenSaved: false }))).toEqual({ state: 'onDevice', waiting: 0 });
		expect(summarise(facts({ contact: { state: 'starting' } }))).toEqual({ state: 'onDevice', waiting: 0 });
		expect(summarise(facts({ contact: away() }))).toEqual({ state: 'offline', since: 5, waiting: 0 });
	});

	it('22. says before all else that edits are not on the device', () => {
		const all = {
			failure: 'quota',
			waiting: waiting(2, new Map([[room, 'notAllowed']])),
			contact: away()
		} as const;
		expect(summarise(facts(all))).toEqual({ state: 'storageFailed', failure: 'quota', waiting: 2 });
	});

	it('19. names what was refused and why, online and offline', () => {
		const refused = waiting(1, new Map([[room, 'notAllowed']]));
		const told = { state: 'refused', rooms: [{ room, reason: 'notAllowed' }], waiting: 1 };
		expect(summarise(facts({ waiting: refused }))).toEqual(told);
		expect(summarise(facts({ waiting: refused, contact: away() }))).toEqual(told);
	});

	it('12. tells a relay that is not ours from no network', () => {
		expect(summarise(facts({ contact: away('otherWorkspace') }))).toEqual({
			state: 'locked',
			reason: 'otherWorkspace',
			waiting: 0
		});
		expect(summarise(facts({ contact: away('memberTaken') }))).toMatchObject({ state: 'locked' });
	});
});

describe('the state of a document', () => {
	const of = (more: Partial<DocumentFacts> = {}): DocumentFacts => ({
		waiting: 0,
		refused: undefined,
		failure: undefined,
		contact: { state: 'online' },
		...more
	});

	it('25. is saved when its link and the outbox of all tabs say so', () => {
		expect(documentSync({ state: 'saved', waiting: 0 }, of())).toEqual({ state: 'saved' });
		expect(documentSync({ state: 'saved', waiting: 0 }, of({ waiting: 2 }))).toEqual({
			state: 'onDevice',
			waiting: 2
		});
		expect(documentSync({ state: 'saving', waiting: 1 }, of())).toEqual({ state: 'onDevice', waiting: 1 });
	});

	it('8. is not yet saved on a new connection, even when nothing waits', () => {
		expect(documentSync({ state: 'onDevice', waiting: 0 }, of())).toEqual({ state: 'onDevice', waiting: 0 });
	});

	it('19. is refused for good reasons alone, a passing one is just not yet saved', () => {
		expect(documentSync({ state: 'refused', reason: 'unknownRoot', waiting: 1 }, of())).toEqual({
			state: 'refused',
			reason: 'unknownRoot'
		});
		expect(documentSync({ state: 'refused', reason: 'diskFull', waiting: 1 }, of({ waiting: 1 }))).toEqual({
			state: 'onDevice',
			waiting: 1,
			because: 'diskFull'
		});
	});

	it('22. is not on the device when the outbox failed and something waits', () => {
		const failed = documentSync({ state: 'offline', waiting: 1 }, of({ failure: 'quota', waiting: 1 }));
		expect(failed).toEqual({ state: 'storageFailed', failure: 'quota' });
	});
});
