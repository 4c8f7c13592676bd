import * as Y from 'yjs';
import { describe, expect, it } from 'vitest';
import { excerptOf, proseText } from './prose.ts';

type Part = string | Y.XmlElement;

/** What the Lexical V2 binding lays down: elements by node name, sibling texts in one Y.XmlText. */
const el = (name: string, ...parts: Part[]): Y.XmlElement => {
	const element = new Y.XmlElement(name);
	element.insert(0, parts.map(nodeOf));
	return element;
};
const nodeOf = (part: Part): Y.XmlElement | Y.XmlText =>
	typeof part === 'string' ? new Y.XmlText(part) : part;
const body = (...parts: Part[]): Y.XmlElement => {
	const element = new Y.XmlElement();
	new Y.Doc().getMap('entries').set('body', element);
	element.insert(0, parts.map(nodeOf));
	return element;
};

describe('the text of a note', () => {
	it('has one line for each block, and links within theirs', () => {
		const note = body(
			el('heading', 'Besuch in Ulm'),
			el('paragraph', 'Siehe ', el('link', 'Angebot'), ' vom Freitag', el('linebreak'), 'Gruß'),
			el('paragraph'),
			el('list', el('listitem', 'Preise'), el('listitem', 'Muster', el('list', el('listitem', 'grün'))))
		);
		expect(proseText(note)).toBe('Besuch in Ulm\nSiehe Angebot vom Freitag\nGruß\nPreise\nMuster\ngrün');
	});

	it('leaves out what was deleted and what is no text', () => {
		const note = body(el('paragraph', 'Muster GmbH'));
		const text = note.get(0) as Y.XmlElement;
		const words = text.get(0) as Y.XmlText;
		words.delete(0, 7);
		words.format(0, 2, { t: 'tab', p: { __format: 1 } });
		words.insertEmbed(0, { image: 'x' });
		text.insert(1, [new Y.XmlHook('hook') as unknown as Y.XmlText]);
		expect(proseText(note)).toBe('GmbH');
	});

	it('ends at the limit, and deep nesting does not break it', () => {
		let deep: Part = el('paragraph', 'tief');
		for (let i = 0; i < 200; i++) deep = el('quote', deep);
		expect(proseText(body(deep))).toBe('');
		expect(proseText(body(el('paragraph', 'a'.repeat(100_000))), 50)).toHaveLength(50);
	});
});

it('an excerpt is one line and never ends in half a character', () => {
	expect(excerptOf('eins\n zwei')).toBe('eins zwei');
	expect(excerptOf('abc😀def', 5)).toBe('abc…');
	expect(excerptOf('wort '.repeat(100), 10)).toBe('wort wort…');
});
