import { describe, expect, it } from 'vitest';
import { newId, type PartyId, type RoomName, type WorkspaceId } from '../core/model/id.ts';
import { partyRoom } from '../core/protocol/room.ts';
import { keyOf, type OutboxRow } from './outbox-row.ts';
import { OutboxTally } from './outbox-tally.ts';

const workspace = newId<WorkspaceId>();
const muster = partyRoom(workspace, newId<PartyId>());
const beispiel = partyRoom(workspace, newId<PartyId>());
const typed = (room: RoomName, writer: string, n: number, at: number): OutboxRow => ({
	room,
	writer,
	n,
	update: new Uint8Array([n]),
	at,
	away: false
});
/** One keystroke every 200 ms from `from` on. */
const sentence = (room: RoomName, writer: string, letters: number, from: number, first = 1): OutboxRow[] =>
	Array.from({ length: letters }, (_, i) => typed(room, writer, first + i, from + i * 200));
const tallyOf = (...rows: OutboxRow[]): OutboxTally => {
	const tally = new OutboxTally();
	for (const row of rows) tally.add(row);
	return tally;
};

describe('what waits, as a person counts it', () => {
	it('22. counts a sentence once, and the next one after a pause as another change', () => {
		const first = sentence(muster, 'tab', 19, 1_000);
		expect(tallyOf(...first).count()).toMatchObject({ total: 19, changes: 1 });
		const later = sentence(muster, 'tab', 5, 60_000, 20);
		const { total, changes, rooms } = tallyOf(...first, ...later).count();
		expect({ total, changes, inRoom: rooms.get(muster) }).toEqual({ total: 24, changes: 2, inRoom: 2 });
	});

	it('22. counts keystrokes that are not on the disk yet with those that are', () => {
		const [stored, held] = [sentence(muster, 'tab', 3, 1_000), sentence(muster, 'tab', 3, 1_600, 4)];
		const tally = tallyOf(...stored);
		for (const row of held) tally.hold({ row, stored: () => undefined, failed: () => undefined });
		expect(tally.count()).toMatchObject({ total: 6, changes: 1 });
	});

	it('25. tells two parties, two tabs and the rows of an import apart', () => {
		expect(
			tallyOf(...sentence(muster, 'one', 4, 0), ...sentence(beispiel, 'one', 4, 0)).count().changes
		).toBe(2);
		expect(tallyOf(...sentence(muster, 'one', 4, 0), ...sentence(muster, 'two', 4, 0)).count().changes).toBe(
			2
		);
		expect(tallyOf(typed(muster, '', 1, 5), typed(muster, '', 2, 5)).count().changes).toBe(2);
	});

	it('22. learns from the disk only the times it does not know', () => {
		const rows = sentence(muster, 'tab', 6, 1_000);
		const tally = tallyOf(...rows.slice(0, 3));
		const keys = rows.map(keyOf);
		expect(tally.undated([...keys, [beispiel, '', 1]])).toEqual(keys.slice(3));
		tally.read(keys, rows.slice(3), []);
		expect(tally.count()).toMatchObject({ total: 6, changes: 1 });
	});
});
