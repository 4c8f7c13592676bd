import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Awareness, applyAwarenessUpdate, encodeAwarenessUpdate } from 'y-protocols/awareness';
import * as Y from 'yjs';
import type { Identity } from './document-state.ts';
import { Presence } from './presence.ts';
import { ALICE } from './scripted-socket.fixture.ts';
import { Value } from './value.ts';

const docs = { alice: new Y.Doc(), bob: new Y.Doc() };
let awareness: { alice: Awareness; bob: Awareness };
let identities: Value<ReadonlyMap<number, Identity>>;
let presence: Presence;

beforeEach(() => {
	vi.useFakeTimers();
	awareness = { alice: new Awareness(docs.alice), bob: new Awareness(docs.bob) };
	awareness.alice.setLocalState(null);
	identities = new Value(new Map());
	presence = new Presence({ awareness: awareness.alice, identities });
});
afterEach(() => {
	presence.close();
	awareness.alice.destroy();
	awareness.bob.destroy();
	vi.useRealTimers();
});

const hearBob = (state: Record<string, unknown>): void => {
	awareness.bob.setLocalState(state);
	const update = encodeAwarenessUpdate(awareness.bob, [docs.bob.clientID]);
	applyAwarenessUpdate(awareness.alice, update, 'test');
};

describe('who is here', () => {
	it('16. a state is nobody until the relay has said whose it is, whatever name it claims', () => {
		hearBob({ name: 'Alice', at: 'entries' });
		expect(presence.people.current).toEqual([]);
		identities.set(new Map([[docs.bob.clientID, { member: ALICE, name: 'Bob' }]]));
		expect(presence.people.current).toEqual([
			{
				client: docs.bob.clientID,
				member: ALICE,
				name: 'Bob',
				isMe: false,
				state: { name: 'Alice', at: 'entries' }
			}
		]);
	});

	it('16. sets fields at most ten times a second, the newest wins, and leaves those of others alone', () => {
		const heard: unknown[] = [];
		awareness.alice.on('change', () => heard.push(awareness.alice.getLocalState()));
		presence.set('at', 1);
		presence.set('at', 2);
		presence.set('at', 3);
		awareness.alice.setLocalStateField('note', { id: 'E', cursor: 7 });
		vi.advanceTimersByTime(100);
		expect(heard).toEqual([
			{ at: 1 },
			{ at: 1, note: { id: 'E', cursor: 7 } },
			{ at: 3, note: { id: 'E', cursor: 7 } }
		]);
		presence.set('at', undefined);
		vi.advanceTimersByTime(100);
		expect(awareness.alice.getLocalState()).toEqual({ note: { id: 'E', cursor: 7 } });
	});

	it('16. who leaves is not brought back by what was still to be said', () => {
		presence.set('at', 1);
		presence.set('at', 2);
		presence.leave();
		vi.advanceTimersByTime(1_000);
		expect(awareness.alice.getLocalState()).toBeNull();
	});
});
