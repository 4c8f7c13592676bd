import { PassThrough } from 'node:stream';
import { expect, it } from 'vitest';
import * as Y from 'yjs';
import { newId, type MemberId, type PartyId, type WorkspaceId } from '#core/model/id.ts';
import type { RefusalReason } from '#core/protocol/refusal.ts';
import { partyRoom } from '#core/protocol/room.ts';
import { encodeYMessage } from '#core/protocol/y-message.ts';
import { Hub } from './hub.ts';
import { Outbound } from './outbound.ts';
import { RoomSession } from './room-session.ts';

const stateVector = Y.encodeStateVector(new Y.Doc());

/** A session whose readings wait until the test runs them. */
function open(): {
	ask: (asked?: Uint8Array) => void;
	weight: () => number;
	readings: (() => Promise<void>)[];
	ended: RefusalReason[];
} {
	const saved = { state: 'saved', seq: 1, delta: undefined } as const;
	const hub = new Hub(
		{ write: () => Promise.resolve(saved), claim: () => Promise.resolve({ state: 'claimed' }) },
		() => Promise.resolve({ seq: 0, updates: [], stateVector }),
		() => 'Alice'
	);
	const readings: (() => Promise<void>)[] = [];
	const ended: RefusalReason[] = [];
	let weight = 0;
	const room = hub.room(partyRoom(newId<WorkspaceId>(), newId<PartyId>()));
	const session = new RoomSession(hub, room, newId<MemberId>(), 1, {
		kind: 'framed',
		outbound: new Outbound(new PassThrough(), { cap: 1_000_000, joins: true, onSlow: () => undefined }),
		acknowledge: () => undefined,
		end: (reason) => {
			ended.push(reason);
			session.close();
		},
		weigh: (bytes) => (weight += bytes),
		queue: (read) => readings.push(read)
	});
	const ask = (asked = stateVector): void =>
		session.receive(encodeYMessage({ type: 'step1', stateVector: asked }));
	return { ask, weight: () => weight, readings, ended };
}

it('2. questions that wait for their answer weigh, so that a flood of them is not read without bound', async () => {
	const { ask, weight, readings } = open();
	for (let more = 0; more < 1_000; more++) ask();
	expect(weight()).toBeGreaterThan(100_000);
	for (const read of readings) await read();
	expect(weight()).toBe(0);
});

it('2. a question of a channel that has ended weighs nothing in the end, and nothing is read for it', async () => {
	const { ask, weight, readings, ended } = open();
	ask();
	ask(new Uint8Array(1024 * 1024 + 1));
	expect(ended).toEqual(['tooLarge']);
	for (const read of readings) await read();
	expect(weight()).toBe(0);
});
