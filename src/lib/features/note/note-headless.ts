import { HeadlessExtension } from '@lexical/headless';
import type { LexicalEditor } from 'lexical';
import { bindNote, type BoundNote, type NoteBindingOptions } from './note-binding.ts';
import { createNoteEditor } from './note-editor.ts';

/** A note opened without a page, for tests and export on Node: the same editor, the same binding. */
export function openHeadlessNote(options: NoteBindingOptions): {
	editor: LexicalEditor;
	note: BoundNote;
	close: () => void;
} {
	const opened: { note?: BoundNote } = {};
	const editor = createNoteEditor({
		onError: (error) => opened.note?.fail(error),
		more: [HeadlessExtension]
	});
	const note = bindNote(editor, options);
	opened.note = note;
	const close = () => {
		note.close();
		editor.dispose();
	};
	return { editor, note, close };
}
