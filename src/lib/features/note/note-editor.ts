import { ClipboardDOMImportExtension } from '@lexical/clipboard';
import { buildEditorFromExtensions } from '@lexical/extension';
import {
	AutoLinkAnnounceExtension,
	autoLinkEmailMatcher,
	AutoLinkExtension,
	autoLinkUrlMatcher,
	LinkExtension
} from '@lexical/link';
import { CheckListExtension, ListExtension, WordListImportExtension } from '@lexical/list';
import { HeadingAnnounceExtension, RichTextExtension } from '@lexical/rich-text';
import { configExtension, type AnyLexicalExtensionArgument, type LexicalEditorWithDispose } from 'lexical';
import { NoteLimitsExtension } from './note-limits.ts';
import { NoteShortcutsExtension } from './note-shortcuts.ts';
import { NOTE_THEME } from './note-theme.ts';
import { safeUrl } from './note-url.ts';

export type NoteEditorOptions = {
	/** An error inside of the editor; it must not write any more after that. */
	onError: (error: unknown) => void;
	/** Called when a paste or a drop was more than a note can hold. */
	onTooLong?: () => void;
	more?: AnyLexicalExtensionArgument[];
};

/**
 * The editor of notes, not yet bound to one: rich text with headings, lists, quotes, links and paste. Without
 * @lexical/history: undo belongs to the binding, which knows whose change is whose.
 */
export function createNoteEditor({
	onError,
	onTooLong,
	more = []
}: NoteEditorOptions): LexicalEditorWithDispose {
	return buildEditorFromExtensions(
		{
			name: 'rapport/note',
			namespace: 'rapport-note',
			theme: NOTE_THEME,
			onError,
			// A note opens empty: the binding fills it, and the library's first paragraph would be one too many.
			$initialEditorState: null
		},
		RichTextExtension,
		ListExtension,
		CheckListExtension,
		WordListImportExtension,
		ClipboardDOMImportExtension,
		configExtension(LinkExtension, {
			validateUrl: (url) => safeUrl(url) !== undefined && /^(https?:|mailto:|tel:|www\.)/i.test(url.trim()),
			attributes: { rel: 'noopener noreferrer', target: '_blank' }
		}),
		configExtension(AutoLinkExtension, { matchers: [autoLinkUrlMatcher, autoLinkEmailMatcher] }),
		// They would speak English, and at changes of others too.
		configExtension(HeadingAnnounceExtension, { disabled: true }),
		configExtension(AutoLinkAnnounceExtension, { disabled: true }),
		configExtension(NoteLimitsExtension, onTooLong ? { onTooLong } : {}),
		NoteShortcutsExtension,
		...more
	);
}
