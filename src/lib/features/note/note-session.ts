import { $toggleLink } from '@lexical/link';
import {
	$createTextNode,
	$getRoot,
	$getSelection,
	$isRangeSelection,
	BLUR_COMMAND,
	CAN_REDO_COMMAND,
	CAN_UNDO_COMMAND,
	COMMAND_PRIORITY_LOW,
	FOCUS_COMMAND,
	FORMAT_TEXT_COMMAND,
	mergeRegister,
	REDO_COMMAND,
	UNDO_COMMAND,
	type LexicalCommand
} from 'lexical';
import { bindNote, type BoundNote, type NoteBindingOptions } from './note-binding.ts';
import { $readPlace, $toggleBlock, type NoteBlock, type NoteMark, type NotePlace } from './note-blocks.ts';
import { paintCursors, type NoteWriter } from './note-cursors.ts';
import { createNoteEditor } from './note-editor.ts';
import { safeUrl } from './note-url.ts';

export type NoteSessionOptions = NoteBindingOptions & {
	writerOf: (clientId: number) => NoteWriter;
	onWriters: (names: string[]) => void;
	/** Where the own cursor stands now, for the toolbar. */
	onPlace: (place: NotePlace) => void;
	onHistory: (history: { canUndo: boolean; canRedo: boolean }) => void;
	onEmpty: (isEmpty: boolean) => void;
	onTooLong: () => void;
	/** The plain text after each change; asked for only when given, because it costs time in long notes. */
	onText?: ((text: string) => void) | undefined;
};

/** One note on the screen: what the toolbar can do with it. */
export type NoteSession = {
	toggleBlock: (block: NoteBlock) => void;
	toggleMark: (mark: NoteMark) => void;
	/** Makes the selection a link, or writes the address when nothing is selected. False when it can't be a link. */
	setLink: (address: string) => boolean;
	removeLink: () => void;
	undo: () => void;
	redo: () => void;
	focus: () => void;
	/** Paints the cursors of the others again, when names have become known. */
	repaint: () => void;
	close: () => void;
};

/** Opens a note in `root`, an element without content, until `close`. */
export function openNote(root: HTMLElement, options: NoteSessionOptions): NoteSession {
	const opened: { note?: BoundNote } = {};
	const editor = createNoteEditor({
		onError: (error) => opened.note?.fail(error),
		onTooLong: options.onTooLong
	});
	editor.setEditable(options.mayWrite);
	const history = { canUndo: false, canRedo: false };
	const tellHistory = (change: Partial<typeof history>) => {
		options.onHistory({ ...Object.assign(history, change) });
		return false;
	};
	const stop = mergeRegister(
		editor.registerUpdateListener(({ editorState, dirtyElements, dirtyLeaves }) => {
			editorState.read(() => {
				const place = $readPlace();
				if (place) options.onPlace(place);
				if (dirtyElements.size === 0 && dirtyLeaves.size === 0) return;
				const first = $getRoot().getFirstChild();
				options.onEmpty(
					$getRoot().getChildrenSize() <= 1 &&
						(!first || (first.getType() === 'paragraph' && first.getTextContent() === ''))
				);
				options.onText?.($getRoot().getTextContent());
			});
		}),
		editor.registerCommand(CAN_UNDO_COMMAND, (canUndo) => tellHistory({ canUndo }), COMMAND_PRIORITY_LOW),
		editor.registerCommand(CAN_REDO_COMMAND, (canRedo) => tellHistory({ canRedo }), COMMAND_PRIORITY_LOW),
		editor.registerCommand(FOCUS_COMMAND, () => tellFocus(true), COMMAND_PRIORITY_LOW),
		editor.registerCommand(BLUR_COMMAND, () => tellFocus(false), COMMAND_PRIORITY_LOW)
	);
	const tellFocus = (isFocused: boolean) => {
		opened.note?.setFocus(isFocused);
		return false;
	};
	editor.setRootElement(root);
	const note = bindNote(editor, options);
	opened.note = note;
	tellHistory({});
	const cursors = paintCursors(editor, root, { ...options, carets: note.carets });
	const stopCarets = note.observeCarets(cursors.repaint);
	root.addEventListener('click', followLink);

	/** The cursor is at the end of a note that it has not been in yet. Setting it also gives the text the focus. */
	const atCursor = (change: () => void) =>
		editor.update(() => {
			if (!$isRangeSelection($getSelection())) $getRoot().selectEnd();
			change();
		});
	const command = <T>(what: LexicalCommand<T>, payload: T) => void editor.dispatchCommand(what, payload);
	return {
		toggleBlock: (block) => atCursor(() => $toggleBlock(block)),
		toggleMark: (mark) => atCursor(() => command(FORMAT_TEXT_COMMAND, mark)),
		setLink: (address) => {
			const url = safeUrl(address);
			if (url) atCursor(() => $setLink(url, address.trim()));
			return url !== undefined;
		},
		removeLink: () => atCursor(() => $toggleLink(null)),
		undo: () => command(UNDO_COMMAND, undefined),
		redo: () => command(REDO_COMMAND, undefined),
		focus: () => editor.focus(),
		repaint: cursors.repaint,
		close() {
			root.removeEventListener('click', followLink);
			stopCarets();
			cursors.close();
			note.close();
			stop();
			editor.dispose();
		}
	};
}

function $setLink(url: string, typed: string): void {
	const selection = $getSelection();
	if ($isRangeSelection(selection) && selection.isCollapsed() && $readPlace()?.link === undefined) {
		const text = $createTextNode(typed);
		selection.insertNodes([text]);
		text.select(0, typed.length);
	}
	$toggleLink(url, { rel: 'noopener noreferrer', target: '_blank' });
}

/** A plain click sets the cursor; with Ctrl (Cmd), or where nothing can be typed, it opens the link beside. */
function followLink(event: MouseEvent): void {
	const link = event.target instanceof Element ? event.target.closest('a') : null;
	const root = event.currentTarget;
	if (!link || !(root instanceof HTMLElement)) return;
	if (root.isContentEditable && !event.ctrlKey && !event.metaKey) return;
	event.preventDefault();
	const url = safeUrl(link.getAttribute('href') ?? '');
	if (url) window.open(url, '_blank', 'noopener,noreferrer');
}
