import { $insertList } from '@lexical/list';
import {
	$createParagraphNode,
	$createTextNode,
	$getRoot,
	$isElementNode,
	PASTE_TAG,
	SKIP_COLLAB_TAG,
	type ParagraphNode
} from 'lexical';
import { afterEach, describe, expect, it } from 'vitest';
import * as Y from 'yjs';
import { Peer, settle, sync } from './note-peer.testkit.ts';

const peers: Peer[] = [];
const newPeer = (name: string): Peer => {
	const peer = new Peer(name);
	peers.push(peer);
	return peer;
};
afterEach(() => {
	for (const peer of peers.splice(0)) peer.destroy();
});

/** Alice has made the note and both have its document. */
function together(): { alice: Peer; bob: Peer } {
	const alice = newPeer('alice');
	const bob = newPeer('bob');
	alice.makeNote();
	alice.open({ isCreator: true });
	sync(alice, bob);
	return { alice, bob };
}

describe('opening', () => {
	it('shows what is stored, and the first key adds to it', () => {
		const { alice, bob } = together();
		alice.type('Angebot bis Freitag');
		sync(alice, bob);
		bob.open();
		expect(bob.text()).toBe('Angebot bis Freitag');
		bob.type('!');
		sync(alice, bob);
		expect(alice.text()).toBe('Angebot bis Freitag!');
		expect(alice.json()).toEqual(bob.json());
	});

	it('writes nothing, not even when the note is empty', () => {
		const { alice, bob } = together();
		const carol = newPeer('carol');
		carol.makeNote();
		sync(carol, bob);
		const before = Y.encodeStateAsUpdate(bob.doc);
		bob.open();
		bob.close();
		expect(Y.encodeStateAsUpdate(bob.doc)).toEqual(before);
		expect(alice.text()).toBe('');
	});

	it('bootstraps one paragraph for the creator, and none over existing content', () => {
		const { alice, bob } = together();
		expect(alice.body().toString()).toBe('<undefined><paragraph></paragraph></undefined>');
		alice.type('da');
		sync(alice, bob);
		bob.open({ isCreator: true });
		sync(alice, bob);
		expect(alice.text()).toBe('da');
		expect(alice.body().length).toBe(1);
	});

	it('keeps both texts when two who found it empty type first, apart', () => {
		const alice = newPeer('alice');
		const bob = newPeer('bob');
		alice.makeNote();
		sync(alice, bob);
		alice.open().type('von Alice');
		bob.open().type('von Bob');
		settle(alice, bob);
		expect(alice.text().split('\n\n').sort()).toEqual(['von Alice', 'von Bob']);
		expect(alice.json()).toEqual(bob.json());
	});

	it('keeps both texts once when two type into the same empty line, apart', () => {
		const { alice, bob } = together();
		bob.open();
		alice.type('von Alice');
		bob.type('von Bob');
		settle(alice, bob);
		expect(alice.json()).toEqual(bob.json());
		expect(['von Alicevon Bob', 'von Bobvon Alice']).toContain(alice.text());
		alice.type('.');
		bob.type('.');
		settle(alice, bob);
		expect(alice.text()).toHaveLength('von Alicevon Bob..'.length);
	});

	it('keeps texts once that stand side by side in one line', () => {
		const { alice, bob } = together();
		const carol = newPeer('carol');
		bob.open();
		const paragraph = alice.body().get(0);
		if (!(paragraph instanceof Y.XmlElement)) throw new Error('no paragraph');
		alice.doc.transact(() => {
			paragraph.delete(0, paragraph.length);
			paragraph.insert(0, [new Y.XmlText('eins '), new Y.XmlText('zwei')]);
		}, 'somebody');
		settle(alice, bob, carol);
		carol.open();
		for (const peer of [alice, bob, carol]) expect(peer.text()).toBe('eins zwei');
		expect(paragraph.length).toBe(2);
		alice.act(() => $getRoot().getAllTextNodes()[0]?.select(4, 4).insertText(' und'));
		settle(alice, bob, carol);
		for (const peer of [alice, bob, carol]) expect(peer.text()).toBe('eins und zwei');
	});

	it('stores no less than it shows when only the block of such a line changes', () => {
		const { alice, bob } = together();
		const paragraph = alice.body().get(0);
		if (!(paragraph instanceof Y.XmlElement)) throw new Error('no paragraph');
		alice.doc.transact(
			() =>
				paragraph.insert(0, [new Y.XmlText('eins '), new Y.XmlText('zwei'), new Y.XmlElement('linebreak')]),
			'somebody'
		);
		alice.act(() => void $getRoot().getFirstChildOrThrow<ParagraphNode>().setFormat('right'));
		sync(alice, bob);
		bob.open();
		for (const peer of [alice, bob]) expect(peer.text().trim()).toBe('eins zwei');
	});

	it('refuses what it could not edit without loss, and leaves it as it is', () => {
		const { alice, bob } = together();
		alice.type('da');
		const drawing = new Y.XmlElement('drawing');
		alice.close();
		alice.body().insert(1, [drawing]);
		sync(alice, bob);
		bob.open();
		expect(bob.ends).toEqual([{ state: 'unreadable', problem: { in: 'drawing', what: 'node' } }]);
		bob.editor.update(() => $getRoot().clear(), { discrete: true });
		expect(bob.body().length).toBe(2);
	});

	it.each([
		['a heading that would become a script', 'heading', { __tag: 'script' }],
		['a list that would become a form', 'list', { __tag: 'form' }],
		['an attribute that it would drop', 'paragraph', { __colour: 'red' }],
		['a prototype', 'paragraph', { __proto: 1 }]
	])('lets go of the note when a peer writes %s', (_, name, attributes) => {
		const { alice, bob } = together();
		bob.open();
		const hostile = new Y.XmlElement(name);
		for (const [key, value] of Object.entries(attributes)) hostile.setAttribute(key, value as string);
		alice.close();
		alice.body().insert(0, [hostile]);
		sync(alice, bob);
		expect(bob.ends).toMatchObject([{ state: 'unreadable' }]);
		expect(bob.editor.isEditable()).toBe(false);
	});

	it('does not trust a change of an attribute either', () => {
		const { alice, bob } = together();
		bob.open();
		alice.close();
		const paragraph = alice.body().get(0);
		if (paragraph instanceof Y.XmlElement) paragraph.setAttribute('onclick', 'alert(1)');
		sync(alice, bob);
		expect(bob.ends).toMatchObject([{ state: 'unreadable', problem: { what: 'onclick' } }]);
	});
});

describe('a change from elsewhere', () => {
	it('that fills a list again after it was emptied is shown', () => {
		const { alice, bob } = together();
		alice.act(() => $insertList('number'));
		alice.type('eins');
		sync(alice, bob);
		bob.open();
		const list = alice.body().get(0);
		if (!(list instanceof Y.XmlElement)) throw new Error('no list');
		alice.doc.transact(() => list.delete(0, list.length), 'somebody');
		sync(alice, bob);
		const item = new Y.XmlElement('listitem');
		item.insert(0, [new Y.XmlText('wieder da')]);
		alice.doc.transact(() => list.insert(0, [item]), 'somebody');
		sync(alice, bob);
		for (const peer of [alice, bob]) expect(peer.text()).toBe('wieder da');
		bob.type('!');
		sync(alice, bob);
		expect(alice.text()).toBe('wieder da!');
	});

	it('leaves my cursor at its letter, even when the text before it has gone', () => {
		const { alice, bob } = together();
		alice.type('Das lange Angebot');
		sync(alice, bob);
		bob.open();
		alice.act(() => $getRoot().getAllTextNodes()[0]?.select(15, 15));
		bob.act(() => $getRoot().getAllTextNodes()[0]?.select(0, 10).removeText());
		bob.act(() => $getRoot().getAllTextNodes()[0]?.select(0, 0).insertLineBreak());
		sync(alice, bob);
		alice.act((selection) => selection.insertText('|'));
		expect(alice.text()).toBe('\nAngeb|ot');
	});

	it('that deletes the block of my cursor leaves it beside that', () => {
		const { alice, bob } = together();
		alice.type('oben');
		alice.act((selection) => selection.insertParagraph());
		alice.type('mitte');
		alice.act((selection) => selection.insertParagraph());
		alice.type('unten');
		sync(alice, bob);
		bob.open();
		alice.act(() => $getRoot().getAllTextNodes()[1]?.select(2, 2));
		bob.act(() => $getRoot().getChildAtIndex(1)?.remove());
		sync(alice, bob);
		alice.act((selection) => selection.insertText('!'));
		expect(alice.text()).toBe('oben\n\nunten!');
		expect(alice.ends).toEqual([]);
	});

	it('does not hide my cursor from the others when the editor merges what it shows', () => {
		const { alice } = together();
		alice.type('eins zwei');
		const paragraph = alice.body().get(0);
		const text = paragraph instanceof Y.XmlElement ? paragraph.get(0) : undefined;
		if (!(text instanceof Y.XmlText)) throw new Error('no text');
		// Stored in two parts of the same format, as it is after two have formatted at once.
		alice.doc.transact(() => text.format(4, 5, { i: 1 }), 'somebody');
		expect(alice.editor.read('latest', () => $getRoot().getAllTextNodes())).toHaveLength(1);
		alice.act(() => $getRoot().getAllTextNodes()[0]?.select(2, 2));
		alice.note.setFocus(true);
		expect(alice.awareness.getLocalState()).toMatchObject({ note: { id: 'visit' } });
	});

	it('sets an editor right that shows something else than what is stored', () => {
		const { alice, bob } = together();
		bob.open();
		alice.editor.update(
			() => void $getRoot().append($createParagraphNode().append($createTextNode('Geist'))),
			{
				discrete: true,
				tag: SKIP_COLLAB_TAG
			}
		);
		expect(alice.text()).toContain('Geist');
		bob.type('wirklich');
		sync(alice, bob);
		expect(alice.text()).toBe('wirklich');
	});
});

describe('a reader', () => {
	it('follows every change and never writes', () => {
		const { alice, bob } = together();
		bob.open({ mayWrite: false });
		bob.doc.on('update', (_update: Uint8Array, origin: unknown) => expect(origin).toBe('network'));
		for (const word of ['eins ', 'zwei ', 'drei']) {
			alice.type(word);
			sync(alice, bob);
		}
		alice.act((selection) => selection.insertParagraph());
		alice.act(() => $insertList('number'));
		sync(alice, bob);
		bob.type('nicht erlaubt');
		alice.type('vier');
		sync(alice, bob);
		expect(bob.text()).toBe(alice.text());
	});
});

describe('undo', () => {
	it('takes back what was typed a moment ago and is not stored yet', () => {
		const { alice } = together();
		alice.type('gilt ');
		alice.note.undoManager.stopCapturing();
		alice.editor.update(() => void $getRoot().selectEnd().insertText('nicht'));
		alice.note.undo();
		expect(alice.text()).toBe('gilt ');
	});

	it('takes back what is mine and leaves what is theirs', () => {
		const { alice, bob } = together();
		bob.open();
		alice.type('Alice ');
		sync(alice, bob);
		bob.type('Bob ');
		sync(alice, bob);
		alice.note.undo();
		sync(alice, bob);
		expect(bob.text()).toBe('Bob ');
		bob.note.undo();
		sync(alice, bob);
		expect(alice.text()).toBe('');
		alice.note.redo();
		sync(alice, bob);
		expect(bob.text()).toBe('Alice ');
		expect(alice.json()).toEqual(bob.json());
	});

	it('keeps the paragraph that I made when they have written in it', () => {
		const { alice, bob } = together();
		bob.open();
		alice.type('oben');
		alice.note.undoManager.stopCapturing();
		alice.act((selection) => selection.insertParagraph());
		sync(alice, bob);
		bob.type('von Bob');
		sync(alice, bob);
		alice.note.undo();
		sync(alice, bob);
		// Her paragraph is his by now, so the last thing of hers that can be taken back is what she typed.
		expect(bob.text()).toBe('\n\nvon Bob');
		expect(alice.json()).toEqual(bob.json());
	});

	it('has nothing to take back after opening, bootstrapping, or changes of others', () => {
		const { alice, bob } = together();
		bob.open();
		alice.type('da');
		alice.act((selection) => selection.insertParagraph());
		alice.act(() => $getRoot().select(0, 1).formatText('bold'));
		sync(alice, bob);
		expect(bob.note.undoManager.undoStack).toHaveLength(0);
		const carol = newPeer('carol');
		carol.makeNote();
		carol.open({ isCreator: true });
		expect(carol.note.undoManager.undoStack).toHaveLength(0);
	});

	it('does not take what Yjs tidies up in the formats of others for mine', () => {
		const { alice } = together();
		alice.doc.transact(() => alice.body().insert(0, [new Y.XmlElement('paragraph')]));
		expect(alice.note.undoManager.undoStack).toHaveLength(0);
	});
});

it('takes a paste back as one step', () => {
	const { alice } = together();
	alice.type('getippt ');
	alice.editor.update(() => void $getRoot().selectEnd().insertText('eingefügt'), {
		discrete: true,
		tag: PASTE_TAG
	});
	alice.note.undo();
	expect(alice.text()).toBe('getippt ');
});

describe('deletion', () => {
	it('closes the editor, tells what stood in it, and writes nothing more', () => {
		const { alice, bob } = together();
		bob.open();
		bob.type('noch nicht gesichert');
		alice.entries.delete('visit');
		sync(alice, bob);
		expect(bob.ends).toEqual([{ state: 'deleted', text: 'noch nicht gesichert' }]);
		expect(bob.editor.isEditable()).toBe(false);
		const before = Y.encodeStateAsUpdate(bob.doc);
		bob.editor.update(() => void $getRoot().append($createParagraphNode().append($createTextNode('x'))), {
			discrete: true
		});
		expect(Y.encodeStateAsUpdate(bob.doc)).toEqual(before);
		expect(alice.ends).toMatchObject([{ state: 'deleted' }]);
	});

	it('of another note is none of its business', () => {
		const { alice, bob } = together();
		alice.makeNote('call');
		bob.open();
		alice.entries.delete('call');
		settle(alice, bob);
		alice.type('weiter');
		sync(alice, bob);
		expect(bob.text()).toBe('weiter');
		expect(bob.ends).toEqual([]);
	});
});

describe('presence', () => {
	const tell = (from: Peer, to: Peer) => {
		const state = from.awareness.getLocalState();
		if (state) to.awareness.getStates().set(from.doc.clientID, JSON.parse(JSON.stringify(state)) as object);
	};

	it('16. publishes one field, without a name, and leaves the others as they are', () => {
		const { alice } = together();
		alice.awareness.setLocalState({ place: 'record', mood: 'good' });
		alice.type('Hallo');
		expect(alice.awareness.getLocalState()).toEqual({ place: 'record', mood: 'good' });
		alice.note.setFocus(true);
		const state = alice.awareness.getLocalState();
		expect(state).toMatchObject({ place: 'record', mood: 'good', note: { id: 'visit' } });
		expect(Object.keys(state?.['note'] as object)).toEqual(['id', 'cursor']);
		expect(Object.keys((state?.['note'] as { cursor: object }).cursor)).toEqual(['anchor', 'focus']);
		alice.close();
		expect(alice.awareness.getLocalState()).toEqual({ place: 'record', mood: 'good', note: null });
	});

	it('leaves the field to the note that has the focus', () => {
		const { alice } = together();
		alice.type('eins');
		alice.note.setFocus(true);
		const first = alice.note;
		alice.makeNote('call');
		alice.open({ id: 'call', isCreator: true });
		alice.type('zwei');
		alice.note.setFocus(true);
		first.setFocus(false);
		first.close();
		expect(alice.awareness.getLocalState()).toMatchObject({ note: { id: 'call' } });
	});

	it('tells where the others are, and follows the text', () => {
		const { alice, bob } = together();
		alice.type('Hallo Bob');
		sync(alice, bob);
		bob.open();
		alice.act(() => $getRoot().getFirstDescendant()?.selectStart());
		alice.note.setFocus(true);
		tell(alice, bob);
		const [caret] = bob.note.carets();
		expect(caret).toMatchObject({ clientId: alice.doc.clientID, focus: { offset: 0 } });
		bob.act(() => $getRoot().getFirstDescendant()?.selectEnd());
		expect(bob.note.carets()).toHaveLength(1);
	});

	it('shows a cursor in the note that it says it is in, and in no other', () => {
		const { alice, bob } = together();
		alice.type('Hallo');
		sync(alice, bob);
		bob.open();
		alice.note.setFocus(true);
		const state = JSON.parse(JSON.stringify(alice.awareness.getLocalState())) as { note: { id: string } };
		bob.awareness.getStates().set(7, state);
		expect(bob.note.carets()).toHaveLength(1);
		state.note.id = 'call';
		expect(bob.note.carets()).toHaveLength(0);
	});

	it.each([
		['nonsense', { anchor: 1, focus: 'x' }],
		['a root that is not there', { anchor: { tname: 'evil' }, focus: { tname: 'evil' } }],
		[
			'an item that is not there',
			{ anchor: { item: { client: 5, clock: 99 } }, focus: { item: { client: 5, clock: 99 } } }
		],
		[
			'a negative clock',
			{ anchor: { item: { client: 5, clock: -1 } }, focus: { item: { client: 5, clock: -1 } } }
		]
	])('is not disturbed by a cursor that is %s', (_, cursor) => {
		const { alice } = together();
		alice.awareness.getStates().set(5, { note: { id: 'visit', cursor } });
		expect(alice.note.carets()).toEqual([]);
		expect([...alice.doc.share.keys()]).toEqual(['entries']);
	});
});

describe('long notes', () => {
	it('holds 20,000 characters in one line and goes on', () => {
		const { alice, bob } = together();
		alice.type('Wort '.repeat(5_000));
		sync(alice, bob);
		bob.open();
		bob.type('Ende');
		sync(alice, bob);
		expect(alice.text()).toHaveLength(25_004);
	});

	it('keeps blocks out of the items of lists, where they would be taken apart on opening', () => {
		const { alice, bob } = together();
		alice.act(() => $insertList('number'));
		alice.type('eins');
		alice.act(() => {
			const list = $getRoot().getFirstChild();
			const item = $isElementNode(list) ? list.getFirstChild() : undefined;
			const lines = ['zwei', 'drei'].map((line) => $createParagraphNode().append($createTextNode(line)));
			if ($isElementNode(item)) item.splice(1, 0, lines);
		});
		sync(alice, bob);
		bob.open();
		expect(alice.body().toString()).not.toContain('paragraph');
		expect(bob.text()).toBe('eins\nzwei\ndrei');
		expect(bob.json()).toEqual(alice.json());
	});

	it('counts the items of a list that two have added to', () => {
		const { alice, bob } = together();
		alice.act(() => $insertList('number'));
		alice.type('eins');
		sync(alice, bob);
		bob.open();
		alice.act(() => $getRoot().selectEnd().insertParagraph());
		alice.type('von Alice');
		bob.act(() => $getRoot().selectEnd().insertParagraph());
		bob.type('von Bob');
		settle(alice, bob);
		const values = bob.editor.read('latest', () => {
			const list = $getRoot().getFirstChild();
			return $isElementNode(list) ? list.getChildren().map((item) => item.exportJSON()) : [];
		});
		expect(values).toMatchObject([{ value: 1 }, { value: 2 }, { value: 3 }]);
		expect(alice.json()).toEqual(bob.json());
	});
});
