import * as prng from 'lib0/prng';
import { afterEach, beforeEach, expect, it } from 'vitest';
import * as Y from 'yjs';
import type { MemberId, RoomName } from '#core/model/id.ts';
import { alice, bob, freshRoom, WriteStage } from './write-path-stage.ts';

let stage: WriteStage;
beforeEach(() => {
	stage = new WriteStage();
});
afterEach(() => stage.close());

const bodyOf = (doc: Y.Doc): Y.XmlText => {
	const entry = doc.getMap<Y.Map<Y.XmlText>>('entries').get('call');
	const body = entry?.get('body');
	if (!body) throw new Error('the entry has no body');
	return body;
};

class Peer {
	readonly doc = new Y.Doc();
	readonly unsent: Uint8Array[] = [];
	readonly member: MemberId;
	constructor(member: MemberId) {
		this.member = member;
		this.doc.on('update', (update: Uint8Array, origin: unknown) => {
			if (origin !== this) this.unsent.push(update);
		});
	}
	hear(update: Uint8Array): void {
		Y.applyUpdate(this.doc, update, this);
	}
}

/** Sends what both wrote, in turns, until nobody has anything left: Yjs tidies formatting by edits of its own. */
function exchange(room: RoomName, peers: [Peer, Peer]): void {
	while (peers.some(({ unsent }) => unsent.length > 0))
		peers.forEach((peer, at) => {
			for (const update of peer.unsent.splice(0)) {
				const result = stage.write(room, update, { member: peer.member });
				if (result.state !== 'saved') throw new Error(`not saved: ${JSON.stringify(result)}`);
				if (result.delta) peers[1 - at]?.hear(result.delta);
			}
		});
}

const seeds = Number(process.env.SOAK_SEEDS ?? 12);
for (let seed = 1; seed <= seeds; seed++) {
	it(`7. formatted text that two people write at once is logged whole (seed ${seed})`, () => {
		const random = prng.create(seed);
		const room = freshRoom();
		const peers: [Peer, Peer] = [new Peer(alice), new Peer(bob)];
		const entry = new Y.Map<Y.XmlText>();
		peers[0].doc.getMap('entries').set('call', entry);
		entry.set('body', new Y.XmlText('Angebot besprochen, Muster folgt'));
		exchange(room, peers);
		for (let step = 0; step < 60; step++) {
			const text = bodyOf(prng.oneOf(random, peers).doc);
			const at = prng.int32(random, 0, Math.max(0, text.length - 1));
			const length = Math.min(text.length - at, prng.int32(random, 1, 6));
			const action = prng.int32(random, 0, 5);
			if (action <= 2 && length > 0)
				text.format(at, length, { [prng.oneOf(random, ['b', 'i'])]: prng.oneOf(random, [true, null]) });
			else if (action === 3 && length > 0) text.delete(at, length);
			else text.insert(at, prng.word(random, 1, 5), prng.bool(random) ? { b: true } : {});
			if (prng.int32(random, 0, 3) === 0) exchange(room, peers);
		}
		exchange(room, peers);
		const newcomer = stage.logged(room);
		const compacted = new Y.Doc();
		const compaction = stage.reader.buildCompaction(room);
		if (!compaction) throw new Error('there is something to compact');
		Y.applyUpdate(compacted, compaction.bytes);
		for (const doc of [peers[1].doc, newcomer, compacted]) {
			expect(bodyOf(doc).toDelta()).toEqual(bodyOf(peers[0].doc).toDelta());
			expect(Y.equalSnapshots(Y.snapshot(doc), Y.snapshot(peers[0].doc))).toBe(true);
		}
	});
}
