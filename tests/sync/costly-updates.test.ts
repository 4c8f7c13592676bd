import * as encoding from 'lib0/encoding';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import * as Y from 'yjs';
import { MAX_UPDATE_PARTS } from '#core/protocol/limits.ts';
import { countParts } from '../../sync-server/rooms/update-parts.ts';
import { freshRoom, handMade, WriteStage } from './write-path-stage.ts';

let stage: WriteStage;
beforeEach(() => {
	stage = new WriteStage();
});
afterEach(() => stage.close());

const malformed = { state: 'refused', reason: 'malformed' };
const tooLarge = { state: 'refused', reason: 'tooLarge' };

/** One party with a name, its document and its room. */
function party(): { doc: Y.Doc; room: ReturnType<typeof freshRoom> } {
	const doc = new Y.Doc();
	const room = freshRoom();
	doc.getMap('record').set('name', 'Muster GmbH');
	expect(stage.write(room, Y.encodeStateAsUpdate(doc)).state).toBe('saved');
	return { doc, room };
}

const deleteRanges = (client: number, ranges: [number, number][]): Uint8Array =>
	handMade((e) => {
		for (const n of [0, 1, client, ranges.length, ...ranges.flat()]) encoding.writeVarUint(e, n);
	});

describe('what decodes but what no Yjs writes', () => {
	it('7. a delete range of no length at the end of a client is refused, and stops nobody else', () => {
		const { doc, room } = party();
		expect(stage.write(room, deleteRanges(doc.clientID, [[1, 0]]))).toEqual(malformed);
		doc.getMap('record').set('city', 'Köln');
		expect(stage.write(room, Y.encodeStateAsUpdate(doc)).state).toBe('saved');
	});

	it('7. a struct of no length is refused', () => {
		const emptyGc = handMade((e) => {
			for (const n of [1, 1, 7, 0, 0, 0, 0]) encoding.writeVarUint(e, n);
		});
		const emptyText = handMade((e) => {
			for (const n of [1, 1, 7, 0]) encoding.writeVarUint(e, n);
			encoding.writeUint8(e, 4 | 0x20);
			encoding.writeVarUint(e, 1);
			for (const text of ['record', 'name', '']) encoding.writeVarString(e, text);
			encoding.writeVarUint(e, 0);
		});
		for (const update of [emptyGc, emptyText]) expect(stage.write(freshRoom(), update)).toEqual(malformed);
	});

	it('7. delete ranges that overlap are refused', () => {
		const { doc, room } = party();
		const twice: [number, number][] = [
			[0, 1],
			[0, 1]
		];
		expect(stage.write(room, deleteRanges(doc.clientID, twice))).toEqual(malformed);
	});

	it('7. a client whose structs come in two places of one update is refused', () => {
		const update = handMade((e) => {
			encoding.writeVarUint(e, 3);
			for (const client of [7, 8, 7]) for (const n of [1, client, 0, 0, 5]) encoding.writeVarUint(e, n);
			encoding.writeVarUint(e, 0);
		});
		expect(stage.write(freshRoom(), update)).toEqual(malformed);
	});
});

describe('what would cost much more than it weighs', () => {
	it('6. millions of structs in one update are counted before any is made', () => {
		const structs = 4_000_000;
		const update = handMade((e) => {
			for (const n of [1, structs, 7, 0]) encoding.writeVarUint(e, n);
			encoding.writeUint8Array(
				e,
				new Uint8Array(2 * structs).map((_, at) => at % 2)
			);
			encoding.writeVarUint(e, 0);
		});
		const before = performance.now();
		expect(stage.write(freshRoom(), update)).toEqual(tooLarge);
		expect(performance.now() - before, 'decoding takes seconds').toBeLessThan(1000);
	});

	it('6. millions of delete ranges likewise', () => {
		const { doc, room } = party();
		const ranges = MAX_UPDATE_PARTS + 1;
		const update = handMade((e) => {
			for (const n of [0, 1, doc.clientID, ranges]) encoding.writeVarUint(e, n);
			for (let i = 0; i < ranges; i++) for (const n of [2 * i, 1]) encoding.writeVarUint(e, n);
		});
		expect(stage.write(room, update)).toEqual(tooLarge);
	});

	it('6. counting agrees with Yjs on every kind of content', () => {
		const doc = new Y.Doc();
		const map = doc.getMap<unknown>('record');
		const text = new Y.Text();
		const element = new Y.XmlElement('paragraph');
		for (const [key, value] of Object.entries({
			text,
			element,
			bytes: new Uint8Array([1, 2, 3]),
			list: Y.Array.from([1, 'two', { three: [null, 3.5, true] }]),
			subdocument: new Y.Doc(),
			fragment: new Y.XmlFragment(),
			word: 'ä😀'
		}))
			map.set(key, value);
		text.insert(0, 'bold and plain', { bold: true });
		text.insertEmbed(3, { image: 'x' });
		text.format(2, 5, { bold: null });
		text.delete(0, 2);
		element.setAttribute('dir', 'ltr');
		map.delete('word');
		const update = Y.encodeStateAsUpdate(doc);
		const { structs, ds } = Y.decodeUpdate(update);
		const ranges = [...ds.clients.values()].reduce((sum, { length }) => sum + length, 0);
		expect(countParts(update, Infinity)).toBe(structs.length + ranges);
		for (let end = 0; end < update.length; end++)
			expect(() => countParts(update.subarray(0, end), Infinity), `cut at ${end}`).toThrow();
	});

	/** `count` items of client 1 in one row, and as many of client 9 whose left neighbours `leftOf` names. */
	const besideRow = (count: number, kind: number, leftOf: (i: number) => number): Uint8Array =>
		handMade((e) => {
			encoding.writeVarUint(e, 2);
			for (const n of [count, 9, 0]) encoding.writeVarUint(e, n);
			for (let i = 0; i < count; i++) {
				encoding.writeUint8(e, kind | 0x80);
				for (const n of [1, leftOf(i)]) encoding.writeVarUint(e, n);
				// A Y.Map or one letter.
				for (const n of kind === 7 ? [1] : [1, 120]) encoding.writeVarUint(e, n);
			}
			for (const n of [count, 1, 0]) encoding.writeVarUint(e, n);
			for (let i = 0; i < count; i++) {
				encoding.writeUint8(e, i === 0 ? 4 | 0x20 : 4 | 0x80);
				for (const n of i === 0 ? [1] : [1, i - 1]) encoding.writeVarUint(e, n);
				if (i === 0) for (const name of ['entries', 'x']) encoding.writeVarString(e, name);
				encoding.writeVarString(e, 'x');
			}
			encoding.writeVarUint(e, 0);
		});

	it('9. a chain of siblings is walked once, not once for each type on it', () => {
		const before = performance.now();
		expect(
			stage.write(
				freshRoom(),
				besideRow(20_000, 7, () => 19_999)
			)
		).toEqual(tooLarge);
		expect(performance.now() - before, 'the square takes half a minute').toBeLessThan(5000);
	});

	it('7. an update that Yjs would search through for minutes is stopped, and the document built anew', () => {
		const { doc, room } = party();
		const before = performance.now();
		expect(
			stage.write(
				room,
				besideRow(20_000, 4, (i) => 19_999 - i)
			)
		).toEqual(tooLarge);
		expect(performance.now() - before, 'the square takes three minutes').toBeLessThan(15_000);
		doc.getMap('record').set('city', 'Köln');
		expect(stage.write(room, Y.encodeStateAsUpdate(doc)).state).toBe('saved');
		expect(stage.logged(room).getMap('record').toJSON()).toEqual({ name: 'Muster GmbH', city: 'Köln' });
	});

	it('9. items that claim a place as wide as the document are refused', () => {
		const { doc, room } = party();
		const list = new Y.Array<number>();
		doc.getMap('entries').set('list', list);
		// One by one from the front: each its own struct.
		doc.transact(() => {
			for (let i = 0; i < 20_000; i++) list.insert(0, [i]);
		});
		expect(stage.write(room, Y.encodeStateAsUpdate(doc)).state).toBe('saved');
		const last = list.length;
		const first = { client: doc.clientID, clock: last + 1 };
		const wide = handMade((e) => {
			for (const n of [1, 400, 7, 0]) encoding.writeVarUint(e, n);
			for (let i = 0; i < 400; i++) {
				encoding.writeUint8(e, 4 | 0x80 | 0x40);
				for (const n of [first.client, first.clock, doc.clientID, 2 + i]) encoding.writeVarUint(e, n);
				encoding.writeVarString(e, 'x');
			}
			encoding.writeVarUint(e, 0);
		});
		expect(stage.write(room, wide)).toEqual(tooLarge);
	});

	it('6. a large honest document is taken', () => {
		const doc = new Y.Doc();
		const entries = doc.getMap<Y.Map<unknown>>('entries');
		doc.transact(() => {
			for (let i = 0; i < 8_000; i++)
				entries.set(
					`e${i}`,
					new Y.Map(Object.entries({ kind: 'call', at: i, title: `Anruf ${i}`, minutes: 3 }))
				);
		});
		const other = new Y.Doc();
		Y.applyUpdate(other, Y.encodeStateAsUpdate(doc));
		const room = freshRoom();
		expect(stage.write(room, Y.encodeStateAsUpdate(doc), { kind: 'push' }).state).toBe('saved');
		// Both go on for long without each other, in the same text and the same rows.
		for (const [at, peer] of [doc, other].entries())
			peer.transact(() => {
				for (let i = 0; i < 2_000; i++) {
					peer.getMap<Y.Map<unknown>>('entries').get(`e${i}`)?.set('title', `Rückruf ${at}`);
					peer.getMap('record').set('remarks', `${at}.${i}`);
				}
			});
		for (const peer of [doc, other])
			expect(stage.write(room, Y.encodeStateAsUpdate(peer), { kind: 'step2' })).toMatchObject({
				state: 'saved'
			});
	});
});
