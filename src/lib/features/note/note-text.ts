import * as Y from 'yjs';
import { safeUrl } from './note-url.ts';

/** Some letters with the same marks, and the address that they lead to. */
export type NoteSpan =
	{ kind: 'span'; text: string; marks: string; href: string | undefined } | { kind: 'break' };
export type NoteItem = { lines: NoteSpan[]; lists: NoteList[]; isChecked: boolean };
export type NoteList = {
	kind: 'list';
	type: 'bullet' | 'number' | 'check';
	start: number;
	items: NoteItem[];
};
export type NotePart =
	| { kind: 'paragraph' | 'quote'; lines: NoteSpan[] }
	| { kind: 'heading'; level: 2 | 3; lines: NoteSpan[] }
	| NoteList;

/** The bits of a text's format, as the editor library stores them, and the classes of `note.css`. */
const MARKS: [number, string][] = [
	[1, 'note-bold'],
	[2, 'note-italic'],
	[16, 'note-code']
];
const STRIKE = 4;
const UNDERLINE = 8;

/**
 * What a note says, read straight from its body and without the editor: for all notes that are only looked at.
 * What it doesn't know it shows as paragraphs; nothing in a body makes it throw.
 */
export function readNote(body: Y.XmlElement): NotePart[] {
	return body.toArray().flatMap((child) => (child instanceof Y.XmlElement ? [readPart(child)] : []));
}

function readPart(element: Y.XmlElement): NotePart {
	if (element.nodeName === 'list') return readList(element);
	const lines = readLines(element);
	if (element.nodeName === 'quote') return { kind: 'quote', lines };
	if (element.nodeName !== 'heading') return { kind: 'paragraph', lines };
	const tag: unknown = element.getAttribute('__tag');
	return { kind: 'heading', level: tag === undefined || tag === 'h1' || tag === 'h2' ? 2 : 3, lines };
}

function readList(element: Y.XmlElement): NoteList {
	const type: unknown = element.getAttribute('__listType');
	const start: unknown = element.getAttribute('__start');
	return {
		kind: 'list',
		type: type === 'bullet' || type === 'check' ? type : 'number',
		start: typeof start === 'number' ? start : 1,
		items: elementsOf(element).map(readItem)
	};
}

function readItem(item: Y.XmlElement): NoteItem {
	const checked: unknown = item.getAttribute('__checked');
	return {
		lines: readLines(item),
		lists: elementsOf(item)
			.filter(({ nodeName }) => nodeName === 'list')
			.map(readList),
		isChecked: checked === true
	};
}

/** The text of a block, with that of what it doesn't know; lists are left to `readItem`. */
function readLines(element: Y.XmlElement, href?: string): NoteSpan[] {
	return element.toArray().flatMap((child): NoteSpan[] => {
		if (child instanceof Y.XmlText) return readSpans(child, href);
		if (!(child instanceof Y.XmlElement) || child.nodeName === 'list') return [];
		if (child.nodeName === 'linebreak') return [{ kind: 'break' }];
		return readLines(child, hrefOf(child) ?? href);
	});
}

function hrefOf(element: Y.XmlElement): string | undefined {
	const isLink = element.nodeName === 'link' || element.nodeName === 'autolink';
	const url: unknown = isLink && element.getAttribute('__url');
	const isUnlinked = (element.getAttribute('__isUnlinked') as unknown) === true;
	return typeof url === 'string' && !isUnlinked ? safeUrl(url) : undefined;
}

function readSpans(text: Y.XmlText, href: string | undefined): NoteSpan[] {
	const spans = text.toDelta() as { insert: unknown; attributes?: { p?: { __format?: unknown } | null } }[];
	return spans.flatMap(({ insert, attributes }) => {
		const format = attributes?.p?.__format;
		return typeof insert === 'string'
			? [{ kind: 'span', text: insert, marks: classesOf(typeof format === 'number' ? format : 0), href }]
			: [];
	});
}

function classesOf(format: number): string {
	const classes = MARKS.filter(([bit]) => format & bit).map(([, name]) => name);
	if (format & STRIKE && format & UNDERLINE) classes.push('note-underline-strike');
	else if (format & STRIKE) classes.push('note-strike');
	else if (format & UNDERLINE) classes.push('note-underline');
	return classes.join(' ');
}

const elementsOf = (element: Y.XmlElement): Y.XmlElement[] =>
	element.toArray().filter((child): child is Y.XmlElement => child instanceof Y.XmlElement);

/** Tells of each change anywhere in a note's body. */
export function observeNote(body: Y.XmlElement): { observe: (changed: () => void) => () => void } {
	return {
		observe(changed) {
			const onEvents = () => changed();
			body.observeDeep(onEvents);
			return () => body.unobserveDeep(onEvents);
		}
	};
}
