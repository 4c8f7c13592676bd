import { Awareness, applyAwarenessUpdate, encodeAwarenessUpdate } from 'y-protocols/awareness';
import { afterAll, describe, expect, it } from 'vitest';
import * as Y from 'yjs';
import { ownEntries } from './own-awareness.ts';

const docs = [new Y.Doc(), new Y.Doc()] as const;
const [alice, bob] = docs.map((doc) => new Awareness(doc)) as [Awareness, Awareness];
alice.setLocalState({ at: 'record/name' });
bob.setLocalState({ at: 'entries' });
applyAwarenessUpdate(alice, encodeAwarenessUpdate(bob, [bob.clientID]), 'test');
afterAll(() => docs.forEach((doc) => doc.destroy()));

describe('what a provider may say of presence', () => {
	it('16. only the own entry of a mixed update is left', () => {
		const mixed = encodeAwarenessUpdate(alice, [bob.clientID, alice.clientID]);
		expect(ownEntries(mixed, alice.clientID)).toEqual(encodeAwarenessUpdate(alice, [alice.clientID]));
	});

	it('16. an update of others alone is nothing', () => {
		expect(ownEntries(encodeAwarenessUpdate(alice, [bob.clientID]), alice.clientID)).toBeUndefined();
		expect(ownEntries(new Uint8Array([0]), alice.clientID)).toBeUndefined();
	});

	it('16. an update of our own alone goes as it is', () => {
		const own = encodeAwarenessUpdate(alice, [alice.clientID]);
		expect(ownEntries(own, alice.clientID)).toBe(own);
	});
});
