import { expect, it } from 'vitest';
import * as Y from 'yjs';
import { observeNote, readNote } from './note-text.ts';

const noteOf = (...children: (Y.XmlElement | Y.XmlText)[]): Y.XmlElement => {
	const body = new Y.XmlElement();
	new Y.Doc().getMap('entries').set('visit', body);
	body.insert(0, children);
	return body;
};
const element = (
	name: string,
	attributes: Record<string, unknown>,
	...children: (Y.XmlElement | Y.XmlText)[]
) => {
	const made = new Y.XmlElement(name);
	for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value as string);
	made.insert(0, children);
	return made;
};
const span = (text: string, marks = '', href?: string) => ({ kind: 'span', text, marks, href });

it('reads paragraphs, headings, quotes, breaks and marks', () => {
	const marked = new Y.XmlText('fett durch');
	const body = noteOf(
		element('heading', { __tag: 'h2' }, new Y.XmlText('Besuch')),
		element('heading', { __tag: 'h3' }, new Y.XmlText('Ergebnis')),
		element('paragraph', {}, marked, element('linebreak', {}), new Y.XmlText('weiter')),
		element('quote', {}, new Y.XmlText('zu teuer'))
	);
	marked.format(0, 4, { p: { __format: 1 } });
	marked.format(5, 5, { p: { __format: 4 | 8 } });
	expect(readNote(body)).toEqual([
		{ kind: 'heading', level: 2, lines: [span('Besuch')] },
		{ kind: 'heading', level: 3, lines: [span('Ergebnis')] },
		{
			kind: 'paragraph',
			lines: [
				span('fett', 'note-bold'),
				span(' '),
				span('durch', 'note-underline-strike'),
				{ kind: 'break' },
				span('weiter')
			]
		},
		{ kind: 'quote', lines: [span('zu teuer')] }
	]);
});

it('reads lists in lists, numbers and checks', () => {
	const body = noteOf(
		element(
			'list',
			{ __listType: 'check', __tag: 'ul' },
			element('listitem', { __checked: true }, new Y.XmlText('angerufen')),
			element(
				'listitem',
				{},
				element('list', { __start: 3 }, element('listitem', {}, new Y.XmlText('innen')))
			)
		)
	);
	expect(readNote(body)).toEqual([
		{
			kind: 'list',
			type: 'check',
			start: 1,
			items: [
				{ lines: [span('angerufen')], lists: [], isChecked: true },
				{
					lines: [],
					isChecked: false,
					lists: [
						{
							kind: 'list',
							type: 'number',
							start: 3,
							items: [{ lines: [span('innen')], lists: [], isChecked: false }]
						}
					]
				}
			]
		}
	]);
});

it('shows links only where they may lead', () => {
	const body = noteOf(
		element(
			'paragraph',
			{},
			element('link', { __url: 'https://muster.example/' }, new Y.XmlText('gut')),
			element('link', { __url: 'javascript:alert(1)' }, new Y.XmlText('böse')),
			element('autolink', { __url: 'https://a.example', __isUnlinked: true }, new Y.XmlText('keiner'))
		)
	);
	expect(readNote(body)).toEqual([
		{ kind: 'paragraph', lines: [span('gut', '', 'https://muster.example/'), span('böse'), span('keiner')] }
	]);
});

it('shows the words of what it does not know, and does not throw', () => {
	const odd = new Y.XmlText('Text');
	const body = noteOf(
		element('drawing', { __tag: 7 }, element('deep', {}, odd)),
		element('list', { __start: 'x', __listType: 1 }, element('listitem', {}))
	);
	odd.insertEmbed(0, { image: 'x' });
	odd.format(1, 2, { p: 'nonsense' });
	expect(readNote(body)).toMatchObject([
		{ kind: 'paragraph', lines: [span('Te'), span('xt')] },
		{ kind: 'list', type: 'number', start: 1 }
	]);
});

it('tells of each change until it is left', () => {
	const text = new Y.XmlText('eins');
	const body = noteOf(element('paragraph', {}, text));
	let changes = 0;
	const stop = observeNote(body).observe(() => changes++);
	text.insert(4, ' zwei');
	expect(changes).toBe(1);
	stop();
	text.insert(0, 'null ');
	expect(changes).toBe(1);
});
