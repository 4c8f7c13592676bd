import { $toggleLink } from '@lexical/link';
import { $isListItemNode, $isListNode } from '@lexical/list';
import {
	$createParagraphNode,
	$createTextNode,
	$getRoot,
	$insertNodes,
	$isElementNode,
	type RangeSelection
} from 'lexical';
import { describe, expect, it } from 'vitest';
import * as Y from 'yjs';
import { $setBlock, NOTE_MARKS, type NoteBlock } from './note-blocks.ts';
import { $shows } from './note-shape.ts';
import { Peer, settle, sync } from './note-peer.testkit.ts';

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
		for (const peer of peers) this.#connect(peer);
	}
	#connect(peer: Peer): void {
		this.#waiting.set(peer, []);
		peer.doc.on('update', (update: Uint8Array, origin: unknown) => {
			if (origin !== 'network') this.#send(peer, update);
		});
	}
	/** The device is closed in the middle and starts again from what it had stored, as another client. */
	restart(old: Peer, clientID: number): Peer {
		const peer = new Peer(old.name, clientID);
		Y.applyUpdate(peer.doc, Y.encodeStateAsUpdate(old.doc), 'network');
		this.#peers[this.#peers.indexOf(old)] = peer;
		this.#waiting.delete(old);
		if (this.#offline.delete(old)) this.#offline.add(peer);
		old.destroy();
		this.#connect(peer);
		return peer;
	}
	#send(from: Peer, update: Uint8Array): void {
		for (const to of this.#peers) {
			if (to === from || this.#offline.has(from) || this.#offline.has(to) || this.#dice.chance(0.05))
				continue;
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
		} else for (const other of this.#peers) if (!this.#offline.has(other)) sync(peer, other);
	}
	settle(): void {
		settle(...this.#peers);
	}
}

const BLOCKS: NoteBlock[] = ['text', 'heading', 'subheading', 'quote', 'bullets', 'numbers', 'checks'];
let count = 0;
/** Who typed which sign of the run that is being played. */
const typedBy = new Map<string, string>();
let typist = '';
/** A sign that is typed once: nothing else can be mistaken for it, wherever later signs go. */
const nextSign = () => {
	const sign = String.fromCharCode(0x4e00 + count++);
	typedBy.set(sign, typist);
	return sign;
};

/** Puts the cursor, or a selection of up to `reach` characters and over the border of blocks, somewhere. */
function $select(chance: Dice, reach: number): RangeSelection {
	const texts = $getRoot().getAllTextNodes();
	const selection = $getRoot().selectEnd();
	if (texts.length === 0) return selection;
	const at = chance.below(texts.length);
	const start = texts[at];
	const end =
		texts[Math.min(texts.length - 1, at + (reach > 0 && chance.chance(0.3) ? 1 + chance.below(2) : 0))];
	if (!start || !end) return selection;
	const from = chance.below(start.getTextContentSize() + 1);
	const to =
		start === end
			? Math.min(from + chance.below(reach + 1), start.getTextContentSize())
			: chance.below(end.getTextContentSize() + 1);
	selection.setTextNodeRange(start, from, end, to);
	return selection;
}

const acts: Record<string, (chance: Dice) => void> = {
	type: (chance) => $select(chance, 0).insertText(nextSign()),
	replace: (chance) => $select(chance, 6).insertText(nextSign()),
	split: (chance) => void $select(chance, 0).insertParagraph(),
	delete: (chance) => $select(chance, 12).removeText(),
	merge: (chance) => {
		const blocks = $getRoot().getChildren().filter($isElementNode);
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
		$insertNodes([1, 2, 3].map((n) => $createParagraphNode().append($createTextNode(`${nextSign()}${n}`))));
	},
	clear: (chance) => {
		if (chance.chance(0.2)) $getRoot().select(0, $getRoot().getChildrenSize()).removeText();
	}
};
// What people do most, most often.
const ANYTHING = [...Object.keys(acts), 'undo', 'undo', 'redo', 'delete', 'split', 'split'].concat(
	Array<string>(6).fill('type')
);
// Nothing that takes text away or moves it.
const TYPING = ['type', 'type', 'type', 'line', 'format', 'add'];
acts['line'] = () => void $getRoot().selectEnd().insertParagraph();
acts['add'] = () => $getRoot().selectEnd().insertText(nextSign());

/** What an editor shows is what is stored, at every moment: else the next edit would store the difference. */
function expectStored(peer: Peer): void {
	const isSame = peer.editor.read('latest', () => $shows($getRoot(), peer.body()));
	if (!isSame) expect(JSON.stringify(peer.json())).toBe(peer.body().toString());
}

function step(peer: Peer, chance: Dice, choices: string[]): void {
	const name = chance.one(choices);
	typist = peer.name;
	if (name === 'undo') peer.note.undo();
	else if (name === 'redo') peer.note.redo();
	else peer.act(() => acts[name]?.(chance));
	if (chance.chance(0.3)) peer.note.undoManager.stopCapturing();
	expectStored(peer);
}

function open(peer: Peer, isCreator = false): Peer {
	peer.open({ isCreator });
	// By the clock, the same seed would not always do the same.
	peer.note.undoManager.captureTimeout = Number.POSITIVE_INFINITY;
	return peer;
}

function play(seed: number, choices: string[], { mayReload = true } = {}): Peer[] {
	count = 0;
	typedBy.clear();
	const chance = dice(seed);
	let clients = seed * 1000;
	const peers = ['alice', 'bob', 'carol'].map((name) => new Peer(name, clients++));
	const network = new Network(peers, chance);
	peers[0]?.makeNote();
	network.settle();
	peers.forEach((peer, at) => open(peer, at === 0));
	network.settle();
	for (let done = 0; done < STEPS; done++) {
		const at = chance.below(peers.length);
		const peer = peers[at] as Peer;
		step(peer, chance, choices);
		if (chance.chance(0.7)) network.deliver();
		peers.forEach(expectStored);
		if (chance.chance(0.06)) network.toggle(chance.one(peers));
		if (chance.chance(0.03) && mayReload) {
			peers[at] = open(network.restart(peer, clients++));
		}
	}
	network.settle();
	return peers;
}

const destroy = (peers: Peer[]) => peers.forEach((peer) => peer.destroy());

function expectSame(peers: Peer[]): void {
	const [alice, ...others] = peers as [Peer, ...Peer[]];
	// Somebody who has the note from the store alone sees what those see who have been in it all the time.
	const dora = new Peer('dora');
	sync(dora, alice);
	dora.open({ mayWrite: false });
	for (const peer of peers) {
		expect(peer.ends).toEqual([]);
		expect(peer.doc.store.pendingStructs).toBeNull();
		expect(peer.doc.store.pendingDs).toBeNull();
	}
	for (const peer of [...others, dora]) {
		expect(peer.body().toString()).toBe(alice.body().toString());
		expect(Y.equalSnapshots(Y.snapshot(peer.doc), Y.snapshot(alice.doc))).toBe(true);
		expect(peer.json()).toEqual(alice.json());
	}
	dora.destroy();
}

describe('three people write in one note over a bad network', () => {
	it.each(seeds)(
		'A. and see the same in the end, seed %i',
		(seed) => {
			const peers = play(seed, ANYTHING);
			expectSame(peers);
			destroy(peers);
		},
		60_000
	);

	it.each(seeds)(
		'A. and what they type is there, once, seed %i',
		(seed) => {
			const peers = play(seed, TYPING);
			expectSame(peers);
			const text = peers[0]?.text() ?? '';
			for (const sign of typedBy.keys()) expect(text.split(sign)).toHaveLength(2);
			destroy(peers);
		},
		60_000
	);

	it.each(seeds)(
		'A. and undo of one takes nothing from the others, seed %i',
		(seed) => {
			const peers = play(seed, TYPING, { mayReload: false });
			const [alice, bob] = peers as [Peer, Peer, Peer];
			const before = bob.text();
			while (alice.note.undoManager.undoStack.length > 0) alice.note.undo();
			settle(...peers);
			expectSame(peers);
			const after = bob.text();
			for (const [sign, name] of typedBy) {
				if (name !== 'alice') expect(after).toContain(sign);
			}
			// And it takes something: else all of this would hold for an undo that does nothing.
			expect(after.length).toBeLessThan(before.length);
			destroy(peers);
		},
		60_000
	);
});
