import type { EditorThemeClasses } from 'lexical';

/** Class names of what a note consists of; `note.css` gives them their looks, here and in the read-only text. */
export const NOTE_THEME: EditorThemeClasses = {
	paragraph: 'note-paragraph',
	quote: 'note-quote',
	heading: { h1: 'note-h2', h2: 'note-h2', h3: 'note-h3', h4: 'note-h3', h5: 'note-h3', h6: 'note-h3' },
	link: 'note-link',
	autolink: 'note-link',
	list: {
		ul: 'note-list note-bullets',
		ol: 'note-list note-numbers',
		checklist: 'note-checks',
		listitem: 'note-item',
		listitemChecked: 'note-check note-checked',
		listitemUnchecked: 'note-check',
		nested: { listitem: 'note-nested' }
	},
	text: {
		bold: 'note-bold',
		italic: 'note-italic',
		underline: 'note-underline',
		strikethrough: 'note-strike',
		underlineStrikethrough: 'note-underline-strike',
		code: 'note-code'
	}
};
