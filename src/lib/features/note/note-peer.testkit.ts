import { $getRoot, $getSelection, $isRangeSelection, type LexicalEditor, type RangeSelection } from 'lexical';
import { Awareness } from 'y-protocols/awareness';
import * as Y from 'yjs';
import type { BoundNote, NoteEnd } from './note-binding.ts';
import { openHeadlessNote } from './note-headless.ts';

type Entries = Y.Map<Y.Map<unknown>>;

/** One device with a party's document: real Y.Doc, real awareness, real editors. */
export class Peer {
	readonly doc = new Y.Doc();
	readonly awareness = new Awareness(this.doc);
	readonly ends: NoteEnd[] = [];
	#editor: LexicalEditor | undefined;
	#note: BoundNote | undefined;
	#close: () => void = () => undefined;

	readonly name: string;

	constructor(name: string, clientID?: number) {
		this.name = name;
		if (clientID !== undefined) this.doc.clientID = clientID;
		// Its timer would keep the test process alive.
		this.doc.on('destroy', () => this.awareness.destroy());
	}

	get entries(): Entries {
		return this.doc.getMap('entries') as Entries;
	}
	get editor(): LexicalEditor {
		if (!this.#editor) throw new Error(`${this.name} has no note open`);
		return this.#editor;
	}
	get note(): BoundNote {
		if (!this.#note) throw new Error(`${this.name} has no note open`);
		return this.#note;
	}

	/** Makes the entry with an empty body, as the party document does. */
	makeNote(id = 'visit'): void {
		this.entries.set(id, new Y.Map([['body', new Y.XmlElement()]]));
	}
	body(id = 'visit'): Y.XmlElement {
		const body = this.entries.get(id)?.get('body');
		if (!(body instanceof Y.XmlElement)) throw new Error(`${this.name} has no note ${id}`);
		return body;
	}
	open({ id = 'visit', isCreator = false, mayWrite = true } = {}): this {
		const opened = openHeadlessNote({
			body: this.body(id),
			doc: this.doc,
			awareness: this.awareness,
			id,
			isCreator,
			mayWrite,
			onEnd: (end) => this.ends.push(end)
		});
		this.#editor = opened.editor;
		this.#note = opened.note;
		this.#close = opened.close;
		return this;
	}
	close(): void {
		this.#close();
		this.#close = () => undefined;
	}
	destroy(): void {
		this.close();
		this.doc.destroy();
	}

	/** One action of the person at the keyboard, stored when this returns. */
	act(change: (selection: RangeSelection) => void): void {
		this.editor.update(
			() => {
				if (!$isRangeSelection($getSelection())) $getRoot().selectEnd();
				const selection = $getSelection();
				if ($isRangeSelection(selection)) change(selection);
			},
			{ discrete: true }
		);
	}
	/** Types `text` at the end of the note. */
	type(text: string): void {
		this.act(() => $getRoot().selectEnd().insertText(text));
	}
	/** What the editor shows. */
	text(): string {
		return this.editor.read('latest', () => $getRoot().getTextContent());
	}
	json(): unknown {
		return this.editor.getEditorState().toJSON();
	}
}

/** Exchanges what each of the two has not seen, both ways at once, as after a reconnect. */
export function sync(alice: Peer, bob: Peer): void {
	const toBob = Y.encodeStateAsUpdate(alice.doc, Y.encodeStateVector(bob.doc));
	const toAlice = Y.encodeStateAsUpdate(bob.doc, Y.encodeStateVector(alice.doc));
	Y.applyUpdate(bob.doc, toBob, 'network');
	Y.applyUpdate(alice.doc, toAlice, 'network');
}

/** Exchanges until nobody has anything new: with `sync` alone an answer to what came would be missed. */
export function settle(...peers: Peer[]): void {
	for (let round = 0; round < 4; round++)
		for (const a of peers) for (const b of peers) if (a !== b) sync(a, b);
}
