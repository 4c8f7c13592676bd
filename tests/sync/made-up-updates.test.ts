import * as encoding from 'lib0/encoding';
import * as prng from 'lib0/prng';
import { afterEach, beforeEach, expect, it } from 'vitest';
import * as Y from 'yjs';
import type { WriteRequest } from '../../sync-server/rooms/writer.ts';
import { alice, bob, freshRoom, handMade, WriteStage } from './write-path-stage.ts';

let stage: WriteStage;
beforeEach(() => {
	stage = new WriteStage();
});
afterEach(() => stage.close());

type Random = prng.PRNG;
const ROOTS = ['record', 'entries', 'persons', 'evil', '__proto__', ''];
const KINDS: WriteRequest['kind'][] = ['update', 'step2', 'push'];
const WORDS = ['', 'x', 'name', 'body', '__proto__', 'ä😀'];

/** An update that is put together by the rules of the format, with ids that may exist and facts that may not. */
function madeUp(random: Random, doc: Y.Doc, clients: readonly number[]): Uint8Array {
	const client = (): number => prng.oneOf(random, [...clients]);
	const near = (of: number): number => {
		const clock = Y.getState(doc.store, of);
		const far = [0, 1, 2 ** 31, 2 ** 50, clock + 1000];
		return prng.int32(random, 0, 9) === 0
			? prng.oneOf(random, far)
			: Math.max(0, clock + prng.int32(random, -4, 2));
	};
	const length = (): number =>
		prng.int32(random, 0, 19) === 0 ? prng.oneOf(random, [0, 2 ** 50]) : prng.int32(random, 1, 4);
	return handMade((e) => {
		const n = (value: number): void => encoding.writeVarUint(e, value);
		const text = (): void => encoding.writeVarString(e, prng.oneOf(random, WORDS));
		const id = (): void => {
			const of = client();
			n(of);
			n(near(of));
		};
		const struct = (): void => {
			const kind = prng.int32(random, 0, 11);
			const flags = prng.oneOf(random, [0, 0, 0x20, 0x20, 0x40, 0x80, 0x80, 0xc0]);
			if (kind === 0 || kind === 10) {
				encoding.writeUint8(e, kind);
				n(length());
				return;
			}
			encoding.writeUint8(e, kind | flags);
			if (flags & 0x80) id();
			if (flags & 0x40) id();
			if ((flags & 0xc0) === 0) {
				const isRoot = prng.bool(random);
				n(isRoot ? 1 : 0);
				if (isRoot) encoding.writeVarString(e, prng.oneOf(random, ROOTS));
				else id();
				if (flags & 0x20) text();
			}
			switch (kind) {
				case 1:
					n(length());
					break;
				case 3:
					encoding.writeVarUint8Array(e, new Uint8Array(prng.int32(random, 0, 3)));
					break;
				case 5:
					encoding.writeVarString(e, prng.oneOf(random, ['{}', '1', '{', '{"__proto__":{"x":1}}']));
					break;
				case 6:
					text();
					encoding.writeVarString(e, prng.oneOf(random, ['true', 'null', 'x']));
					break;
				case 7:
					n(prng.oneOf(random, [0, 1, 2, 3, 4, 5, 6, 9]));
					if (prng.bool(random)) text();
					break;
				case 8:
					n(1);
					encoding.writeAny(
						e,
						prng.oneOf(random, [null, 1, 'x', { a: [1] }, JSON.parse('{"__proto__":{"x":1}}')])
					);
					break;
				case 9:
					text();
					encoding.writeAny(e, {});
					break;
				default:
					text();
			}
		};
		const sections = prng.int32(random, 0, 2);
		n(sections);
		for (let i = 0; i < sections; i++) {
			const structs = prng.int32(random, 1, 3);
			n(structs);
			const of = client();
			n(of);
			n(near(of));
			for (let k = 0; k < structs; k++) struct();
		}
		const deleted = prng.int32(random, 0, 2);
		n(deleted);
		for (let i = 0; i < deleted; i++) {
			const of = client();
			const ranges = prng.int32(random, 1, 2);
			n(of);
			n(ranges);
			for (let k = 0; k < ranges; k++) {
				n(near(of));
				n(length());
			}
		}
	});
}

const seeds = Number(process.env.SOAK_SEEDS ?? 3);
for (let seed = 1; seed <= seeds; seed++) {
	it(`9. made-up updates are judged, never thrown at, and harm nobody (seed ${seed})`, () => {
		const random = prng.create(seed);
		const room = freshRoom();
		const honest = new Y.Doc();
		honest.clientID = 1_000_000 + seed;
		stage.path.claim(room, honest.clientID, alice);
		const clients = [honest.clientID, 7, 8, 9, 4242];
		const outcomes = new Map<string, number>();
		for (let frame = 0; frame < 2_000; frame++) {
			const update = madeUp(random, honest, clients);
			const kind = prng.oneOf(random, KINDS);
			const result = stage.write(room, update, { member: bob, kind });
			const outcome = result.state === 'refused' ? result.reason : result.state;
			outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
			if (result.state === 'saved' && result.delta) Y.applyUpdate(honest, result.delta);
			if (frame % 20 > 0) continue;
			const before = Y.encodeStateVector(honest);
			honest.getMap('record').set(`k${frame % 7}`, frame);
			const own = stage.write(room, Y.encodeStateAsUpdate(honest, before));
			expect(own, `seed ${seed}, frame ${frame}`).toMatchObject({ state: 'saved' });
		}
		console.log(`seed ${seed}:`, Object.fromEntries([...outcomes].sort()));
		for (const hopedFor of [
			'saved',
			'gap',
			'malformed',
			'foreignClient',
			'unknownRoot',
			'wrongRootType',
			'clockJump'
		])
			expect(outcomes.get(hopedFor), hopedFor).toBeGreaterThan(0);
		const newcomer = stage.logged(room);
		const compaction = stage.reader.buildCompaction(room);
		const compacted = new Y.Doc();
		Y.applyUpdate(compacted, compaction?.bytes ?? new Uint8Array([0, 0]));
		for (const doc of [newcomer, compacted]) {
			expect(doc.store.pendingStructs).toBeNull();
			expect(doc.store.pendingDs).toBeNull();
			expect(Y.equalSnapshots(Y.snapshot(doc), Y.snapshot(honest))).toBe(true);
			expect(doc.getMap('record').toJSON()).toEqual(honest.getMap('record').toJSON());
		}
		expect(({} as Record<string, unknown>).x).toBeUndefined();
		// The relay's own document holds exactly this much too: nothing of it is new to it, and it asks for no more.
		expect(stage.write(room, Y.encodeStateAsUpdate(newcomer), { kind: 'step2' })).toMatchObject({
			delta: undefined
		});
	});
}
