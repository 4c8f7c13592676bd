import { createDOMRange, createRectsFromDOMRange } from '@lexical/selection';
import { $getNodeByKey, $isElementNode, type LexicalEditor } from 'lexical';
import type { NoteCaret } from './note-binding.ts';

/** Whose cursor it is: the name that the relay announced (rule 16) and the colour, `hue-0` to `hue-7`. */
export type NoteWriter = { name: string; hue: number };

export type CursorSource = {
	carets: () => NoteCaret[];
	writerOf: (clientId: number) => NoteWriter;
	/** Who has the cursor in this note now, each name once. */
	onWriters: (names: string[]) => void;
};

type Painted = { element: HTMLElement; caret: HTMLElement; name: HTMLElement; place: string; timer: number };

/** How long a name stays beside a cursor that does not move, in ms. */
const NAME_STAYS = 3_000;

/**
 * Paints the cursors and selections of the others over `root`, into a layer of its own beside it, so that nothing
 * of them is in the text. Colours come from classes, names from the source, nothing from the others' presence.
 */
export function paintCursors(editor: LexicalEditor, root: HTMLElement, source: CursorSource) {
	const layer = root.ownerDocument.createElement('div');
	layer.className = 'note-cursors';
	layer.setAttribute('aria-hidden', 'true');
	root.after(layer);
	const painted = new Map<number, Painted>();
	let frame = 0;

	const paint = () => {
		frame = 0;
		const carets = source.carets();
		for (const [client, { element, timer }] of painted) {
			if (carets.some(({ clientId }) => clientId === client)) continue;
			window.clearTimeout(timer);
			element.remove();
			painted.delete(client);
		}
		const origin = layer.getBoundingClientRect();
		for (const caret of carets) paintOne(caret, origin);
		source.onWriters([...new Set(carets.map(({ clientId }) => source.writerOf(clientId).name))]);
	};

	const paintOne = (caret: NoteCaret, origin: DOMRect) => {
		const { name, hue } = source.writerOf(caret.clientId);
		const cursor = painted.get(caret.clientId) ?? add(caret.clientId);
		cursor.element.className = `note-cursor hue-${hue}`;
		if (cursor.name.textContent !== name) cursor.name.textContent = name;
		const { selection, focus } = rectsOf(editor, caret);
		cursor.element.hidden = !focus;
		if (!focus) return;
		cursor.element.replaceChildren(...selection.map((rect) => mark(rect, origin)), cursor.caret);
		move(cursor.caret, focus, origin);
		cursor.name.classList.toggle('note-cursor-name-below', focus.top - origin.top < 18);
		cursor.name.classList.toggle('note-cursor-name-left', focus.left - origin.left > origin.width / 2);
		const place = `${caret.focus.key}/${caret.focus.offset}`;
		if (place !== cursor.place) showName(cursor, place);
	};

	const add = (clientId: number): Painted => {
		const element = root.ownerDocument.createElement('div');
		const caret = root.ownerDocument.createElement('div');
		const name = root.ownerDocument.createElement('span');
		caret.className = 'note-caret';
		name.className = 'note-cursor-name';
		caret.append(name);
		layer.append(element);
		const cursor = { element, caret, name, place: '', timer: 0 };
		painted.set(clientId, cursor);
		return cursor;
	};

	const showName = (cursor: Painted, place: string) => {
		cursor.place = place;
		window.clearTimeout(cursor.timer);
		cursor.name.classList.remove('note-cursor-name-rests');
		cursor.timer = window.setTimeout(() => cursor.name.classList.add('note-cursor-name-rests'), NAME_STAYS);
	};

	const mark = (rect: DOMRect, origin: DOMRect): HTMLElement => {
		const element = root.ownerDocument.createElement('div');
		element.className = 'note-selected';
		move(element, rect, origin);
		element.style.width = `${rect.width}px`;
		return element;
	};

	/** Once per frame, however much has changed. */
	const repaint = () => {
		frame ||= requestAnimationFrame(paint);
	};
	const size = new ResizeObserver(repaint);
	size.observe(root);
	root.addEventListener('scroll', repaint, { passive: true });
	const stopUpdates = editor.registerUpdateListener(repaint);
	repaint();

	return {
		repaint,
		close() {
			cancelAnimationFrame(frame);
			size.disconnect();
			root.removeEventListener('scroll', repaint);
			stopUpdates();
			for (const { timer } of painted.values()) window.clearTimeout(timer);
			layer.remove();
		}
	};
}

function move(element: HTMLElement, rect: DOMRect, origin: DOMRect): void {
	element.style.left = `${rect.left - origin.left}px`;
	element.style.top = `${rect.top - origin.top}px`;
	element.style.height = `${rect.height}px`;
}

/** Where a cursor and its selection are on the screen; no `focus` when its place has no box (yet). */
function rectsOf(
	editor: LexicalEditor,
	{ anchor, focus }: NoteCaret
): { selection: DOMRect[]; focus?: DOMRect } {
	return editor.read('latest', () => {
		const from = $getNodeByKey(anchor.key);
		const to = $getNodeByKey(focus.key);
		if (!from || !to) return { selection: [] };
		const range = createDOMRange(editor, from, anchor.offset, to, focus.offset);
		const selection = range && !range.collapsed ? createRectsFromDOMRange(editor, range) : [];
		const at = createDOMRange(editor, to, focus.offset, to, focus.offset)?.getBoundingClientRect();
		// A place in an empty line has no box of its own: the line has.
		const inLine = at && at.height > 0 ? at : $isElementNode(to) ? lineOf(editor, focus.key) : undefined;
		return inLine ? { selection, focus: inLine } : { selection };
	});
}

function lineOf(editor: LexicalEditor, key: string): DOMRect | undefined {
	return editor.getElementByKey(key)?.getBoundingClientRect();
}
