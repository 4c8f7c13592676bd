import { $toggleLink } from '@lexical/link';
import { $isListItemNode, $isListNode } from '@lexical/list';
import { $createParagraphNode, $createTextNode, $getRoot, $insertNodes, type RangeSelection } from 'lexical';
import { describe, expect, it } from 'vitest';
import * as Y from 'yjs';
import { $setBlock, NOTE_MARKS, type NoteBlock } from './note-blocks.ts';
import { Peer } from './note-peer.testkit.ts';

/** Runs in CI; `SOAK_SEEDS=60` makes more of them, `FUZZ_SEED=n` repeats one. */
const RUNS = Number(process.env['SOAK_SEEDS'] ?? 12);
const STEPS = 120;
const ONLY = process.env['FUZZ_SEED'];
const seeds = ONLY ? [Number(ONLY)] : Array.from({ length: RUNS }, (_, run) => 1000 + run);

/** mulberry32: small, seeded, good enough to choose by. */
function dice(seed: number) {
	let state = seed;
	const next = () => {
		state = (state + 0x6d2b79f5) | 0;
		let t = Math.imul(state ^ (state >>> 15), 1 | state);
		t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
		return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
	};
	return {
		chance: (p: number) => next() < p,
		below: (n: number) => Math.floor(next() * n),
		one: <T>(of: readonly T[]): T => of[Math.floor(next() * of.length)] as T
	};
}
type Dice = ReturnType<typeof dice>;

/** Each update goes to each other peer by its own way: later, twice, in another order, or not at all. */
class Network {
	readonly #peers: Peer[];
	readonly #dice: Dice;
	readonly #waiting = new Map<Peer, Uint8Array[]>();
	readonly #offline = new Set<Peer>();

	constructor(peers: Peer[], chance: Dice) {
		this.#peers = peers;
		this.#dice = chance;
		for (const peer of peers) {
			this.#waiting.set(peer, []);
			peer.doc.on('update', (update: Uint8Array, origin: unknown) => {
				if (origin !== 'network') this.#send(peer, update);
			});
		}
	}
	#send(from: Peer, update: Uint8Array): void {
		for (const to of this.#peers) {
			if (to === from || this.#offline.has(from) || this.#offline.has(to) || this.#dice.chance(0.05)) continue;
			this.#waiting.get(to)?.push(update);
			if (this.#dice.chance(0.1)) this.#waiting.get(to)?.push(update);
		}
	}
	deliver(): void {
		const to = this.#dice.one(this.#peers);
		const waiting = this.#waiting.get(to) ?? [];
		for (let count = this.#dice.below(4); count > 0 && waiting.length > 0; count--) {
			const [update] = waiting.splice(this.#dice.chance(0.3) ? this.#dice.below(waiting.length) : 0, 1);
			if (update) Y.applyUpdate(to.doc, update, 'network');
		}
	}
	toggle(peer: Peer): void {
		if (!this.#offline.delete(peer)) {
			this.#offline.add(peer);
			this.#waiting.set(peer, []);
		} else for (const other of this.#peers) if (!this.#offline.has(other)) exchange(peer, other);
	}
	settle(): void {
		for (let round = 0; round < 3; round++)
			for (const a of this.#peers) for (const b of this.#peers) if (a !== b) exchange(a, b);
	}
}

function exchange(a: Peer, b: Peer): void {
	Y.applyUpdate(b.doc, Y.encodeStateAsUpdate(a.doc, Y.encodeStateVector(b.doc)), 'network');
	Y.applyUpdate(a.doc, Y.encodeStateAsUpdate(b.doc, Y.encodeStateVector(a.doc)), 'network');
}

const BLOCKS: NoteBlock[] = ['text', 'heading', 'subheading', 'quote', 'bullets', 'numbers', 'checks'];
let word = 0;

/** Puts the cursor, or a selection of up to `reach` characters and over the border of blocks, somewhere. */
function $select(chance: Dice, reach: number): RangeSelection {
	const texts = $getRoot().getAllTextNodes();
	const selection = $getRoot().selectEnd();
	if (texts.length === 0) return selection;
	const at = chance.below(texts.length);
	const start = texts[at];
	const end = texts[Math.min(texts.length - 1, at + (reach > 0 && chance.chance(0.3) ? 1 + chance.below(2) : 0))];
	if (!start || !end) return selection;
	const from = chance.below(start.getTextContentSize() + 1);
	const to = start === end ? Math.min(from + chance.below(reach + 1), start.getTextContentSize()) : chance.below(end.getTextContentSize() + 1);
	selection.setTextNodeRange(start, from, end, to);
	return selection;
}

const acts: Record<string, (chance: Dice) => void> = {
	type: (chance) => $select(chance, 0).insertText(`w${word++} `),
	replace: (chance) => $select(chance, 6).insertText(`r${word++}`),
	split: (chance) => void $select(chance, 0).insertParagraph(),
	delete: (chance) => $select(chance, 12).removeText(),
	merge: (chance) => {
		const blocks = $getRoot().getChildren();
		const [first, second] = blocks.slice(chance.below(blocks.length));
		const before = first?.getLastDescendant();
		const after = second?.getFirstDescendant();
		if (!before || !after) return;
		const selection = $getRoot().selectEnd();
		const end = before.selectEnd();
		selection.anchor.set(end.anchor.key, end.anchor.offset, end.anchor.type);
		const start = after.selectStart();
		selection.focus.set(start.focus.key, start.focus.offset, start.focus.type);
		selection.removeText();
	},
	format: (chance) => $select(chance, 10).formatText(chance.one(NOTE_MARKS)),
	block: (chance) => {
		$select(chance, 3);
		$setBlock(chance.one(BLOCKS));
	},
	break: (chance) => $select(chance, 0).insertLineBreak(),
	link: (chance) => {
		$select(chance, 8);
		$toggleLink(chance.chance(0.7) ? 'https://muster.example/' : null);
	},
	indent: (chance) => {
		const item = $select(chance, 0).anchor.getNode().getParents().find($isListItemNode);
		item?.setIndent(chance.below(3));
	},
	check: (chance) => {
		const item = $select(chance, 0).anchor.getNode().getParents().find($isListItemNode);
		const list = item?.getParent();
		if ($isListNode(list) && list.getListType() === 'check') item?.toggleChecked();
	},
	paste: (chance) => {
		$select(chance, 0);
		$insertNodes([1, 2, 3].map((n) => $createParagraphNode().append($createTextNode(`p${word++}.${n}`))));
	},
	clear: (chance) => {
		if (chance.chance(0.2)) $getRoot().select(0, $getRoot().getChildrenSize()).removeText();
	}
};
const NAMES = Object.keys(acts);
// What people do most, most often.
const CHOICES = [...NAMES, 'type', 'type', 'type', 'type', 'type', 'split', 'split', 'delete', 'undo', 'undo', 'redo'];

function step(peer: Peer, chance: Dice): string {
	const name = chance.one(CHOICES);
	if (name === 'undo') peer.note.undo();
	else if (name === 'redo') peer.note.redo();
	else peer.act(() => acts[name]?.(chance));
	if (chance.chance(0.3)) peer.note.undoManager.stopCapturing();
	return name;
}

function play(seed: number): Peer[] {
	word = 0;
	const chance = dice(seed);
	const peers = ['alice', 'bob', 'carol'].map((name, at) => new Peer(name, seed * 10 + at + 1));
	const [alice] = peers as [Peer];
	const network = new Network(peers, chance);
	alice.makeNote();
	network.settle();
	for (const peer of peers) peer.open({ isCreator: peer === alice });
	network.settle();
	for (let count = 0; count < STEPS; count++) {
		const peer = chance.one(peers);
		step(peer, chance);
		if (chance.chance(0.7)) network.deliver();
		if (chance.chance(0.06)) network.toggle(chance.one(peers));
		if (chance.chance(0.03)) {
			peer.close();
			peer.open();
		}
	}
	for (const peer of peers) network.toggle(peer);
	network.settle();
	return peers;
}

describe('three people write in one note over a bad network', () => {
	it.each(seeds)('and see the same in the end, seed %i', (seed) => {
		const peers = play(seed);
		const [alice, ...others] = peers as [Peer, ...Peer[]];
		const fresh = new Peer('dora');
		exchange(fresh, alice);
		fresh.open({ mayWrite: false });
		try {
			for (const peer of peers) {
				expect(peer.ends).toEqual([]);
				expect(peer.doc.store.pendingStructs).toBeNull();
				expect(peer.doc.store.pendingDs).toBeNull();
			}
			for (const peer of [...others, fresh]) {
				expect(peer.body().toString()).toBe(alice.body().toString());
				expect(Y.equalSnapshots(Y.snapshot(peer.doc), Y.snapshot(alice.doc))).toBe(true);
				expect(peer.json()).toEqual(alice.json());
			}
		} finally {
			for (const peer of [...peers, fresh]) peer.destroy();
		}
	});
});
