import { describe, expect, it } from 'vitest';
import * as Y from 'yjs';
import { applyAwarenessUpdate, Awareness, encodeAwarenessUpdate } from 'y-protocols/awareness';
import { cleanState, decodeEntries, encodeEntries } from './awareness-entry.ts';
import { presencePace } from './pace.ts';
import { RoomPresence } from './room-presence.ts';

const awareness = (clientID: number): Awareness => {
	const doc = new Y.Doc();
	doc.clientID = clientID;
	const made = new Awareness(doc);
	clearInterval(made._checkInterval);
	return made;
};

describe('awareness entries', () => {
	it('16. are those of y-protocols', () => {
		const alice = awareness(7);
		alice.setLocalState({ at: 'Muster GmbH' });
		const bytes = encodeAwarenessUpdate(alice, [7]);
		expect(decodeEntries(bytes)).toEqual([{ client: 7, clock: 1, state: '{"at":"Muster GmbH"}' }]);
		expect(encodeEntries(decodeEntries(bytes))).toEqual(bytes);
	});

	it('16. with torn bytes are an error', () => {
		expect(() => decodeEntries(new Uint8Array([2, 1, 1, 2, 123, 125]))).toThrow();
		expect(() => decodeEntries(new Uint8Array([0, 0]))).toThrow();
	});

	it.each([
		['{"a":1}', '{"a":1}'],
		[' { "a" : 1 } ', '{"a":1}'],
		['null', 'null'],
		['{', undefined],
		['[1]', undefined],
		['"text"', undefined],
		['7', undefined],
		[`{"a":"${'x'.repeat(9_000)}"}`, undefined],
		[`{"a":"${'ü'.repeat(6_000)}"}`, undefined],
		[`{"a":${'['.repeat(3_000)}${']'.repeat(3_000)}}`, undefined]
	])('16. a state is capped and cleaned: %j', (state, clean) => {
		expect(cleanState(state)).toBe(clean);
	});
});

describe('RoomPresence', () => {
	it('16. keeps the last state of each client and tells each change once', () => {
		const room = new RoomPresence();
		room.hear({ client: 1, clock: 1, state: '{"n":1}' });
		room.hear({ client: 1, clock: 2, state: '{"n":2}' });
		expect(room.takeChanges()).toEqual([{ client: 1, clock: 2, state: '{"n":2}' }]);
		expect(room.takeChanges()).toEqual([]);
		expect(room.present()).toHaveLength(1);
	});

	it('16. drops what is older than what it has', () => {
		const room = new RoomPresence();
		room.hear({ client: 1, clock: 5, state: '{"n":5}' });
		expect(room.hear({ client: 1, clock: 5, state: '{"n":0}' })).toBe(false);
		expect(room.hear({ client: 1, clock: 4, state: '{"n":4}' })).toBe(false);
		expect(room.present()[0]?.state).toBe('{"n":5}');
	});

	it('16. says null for a client that leaves, and only once', () => {
		const room = new RoomPresence();
		room.hear({ client: 1, clock: 1, state: '{}' });
		room.takeChanges();
		expect(room.leave(1)).toBe(true);
		expect(room.leave(1)).toBe(false);
		expect(room.takeChanges()).toEqual([{ client: 1, clock: 1, state: 'null' }]);
		expect(room.present()).toEqual([]);
	});

	it('16. a client that comes back with its old clock is seen at once by a stock peer, and its echo ends', () => {
		const bob = awareness(2);
		const room = new RoomPresence();
		const sync = () => applyAwarenessUpdate(bob, encodeEntries(room.takeChanges()), 'relay');
		const entry = { client: 1, clock: 3, state: '{"n":1}' };
		room.hear(entry);
		sync();
		room.leave(1);
		sync();
		expect(bob.getStates().has(1)).toBe(false);
		room.join(1);
		expect(room.hear(entry)).toBe(true);
		const [given] = room.present();
		sync();
		expect(bob.getStates().get(1)).toEqual({ n: 1 });
		expect(given && room.hear(given)).toBe(false);
		expect(room.hear({ client: 1, clock: 4, state: '{"n":2}' })).toBe(true);
		sync();
		expect(bob.getStates().get(1)).toEqual({ n: 2 });
	});

	it('16. remembers only so many who left', () => {
		const room = new RoomPresence();
		for (let client = 1; client <= 5_000; client++) {
			room.hear({ client, clock: 1, state: '{}' });
			if (client > 10) room.leave(client);
			room.takeChanges();
		}
		expect(room.present()).toHaveLength(10);
		expect(room.remembered).toBeLessThanOrEqual(2_000);
	});
});

it('16. a small room is live, a large one ticks once a second', () => {
	expect([2, 10, 100, 500, 5_000].map(presencePace)).toEqual([30, 30, 200, 1_000, 1_000]);
});
