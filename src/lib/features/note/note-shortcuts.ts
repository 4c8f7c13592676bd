import {
	$getSelection,
	$isParagraphNode,
	$isRangeSelection,
	$isTextNode,
	COMMAND_PRIORITY_LOW,
	COMMAND_PRIORITY_NORMAL,
	defineExtension,
	FORMAT_TEXT_COMMAND,
	INDENT_CONTENT_COMMAND,
	KEY_DOWN_COMMAND,
	KEY_TAB_COMMAND,
	mergeRegister,
	OUTDENT_CONTENT_COMMAND,
	type EditorState,
	type LexicalEditor
} from 'lexical';
import { $itemAtCursor, $setBlock, $toggleBlock, type NoteBlock } from './note-blocks.ts';
import { MAX_LIST_DEPTH } from './note-limits.ts';

/** With Ctrl (Cmd) and Shift. By place on the keyboard: with Shift, digits give other signs in each language. */
const BLOCK_KEYS: Record<string, NoteBlock> = {
	Digit0: 'text',
	Digit1: 'heading',
	Digit2: 'subheading',
	Digit6: 'quote',
	Digit7: 'numbers',
	Digit8: 'bullets',
	Digit9: 'checks'
};

/** What becomes a block when a space is typed after it at the beginning of a line. */
const SIGNS: Record<string, NoteBlock> = {
	'#': 'heading',
	'##': 'subheading',
	'>': 'quote',
	'-': 'bullets',
	'*': 'bullets',
	'1.': 'numbers',
	'1)': 'numbers',
	'[]': 'checks',
	'[ ]': 'checks'
};

/** The keys of the note editor beyond those of every editor. Bold, italic and underline are the library's own. */
export const NoteShortcutsExtension = defineExtension({
	name: 'rapport/note-shortcuts',
	register: (editor) =>
		mergeRegister(
			editor.registerCommand(
				KEY_DOWN_COMMAND,
				(event) => {
					if (!(event.ctrlKey || event.metaKey) || !event.shiftKey || event.altKey) return false;
					const block = BLOCK_KEYS[event.code];
					if (block) $toggleBlock(block);
					else if (event.code === 'KeyX') editor.dispatchCommand(FORMAT_TEXT_COMMAND, 'strikethrough');
					else return false;
					event.preventDefault();
					return true;
				},
				COMMAND_PRIORITY_NORMAL
			),
			// Elsewhere Tab leaves the note, as in every field: nobody may be caught in it by the keyboard.
			editor.registerCommand(
				KEY_TAB_COMMAND,
				(event) => {
					const item = $itemAtCursor();
					const depth = item?.getIndent() ?? 0;
					if (!item || (event.shiftKey ? depth === 0 : depth >= MAX_LIST_DEPTH - 1)) return false;
					event.preventDefault();
					return editor.dispatchCommand(
						event.shiftKey ? OUTDENT_CONTENT_COMMAND : INDENT_CONTENT_COMMAND,
						undefined
					);
				},
				COMMAND_PRIORITY_LOW
			),
			editor.registerUpdateListener(({ tags, editorState, prevEditorState }) => {
				if (tags.size > 0 || editor.isComposing()) return;
				const sign = editorState.read(() => $typedSign(prevEditorState));
				if (sign) convertLine(editor, sign);
			})
		)
});

/** The sign that stands alone before the cursor in a line of text, when its space has just been typed. */
function $typedSign(before: EditorState): string | undefined {
	const selection = $getSelection();
	if (!$isRangeSelection(selection) || !selection.isCollapsed()) return undefined;
	const node = selection.anchor.getNode();
	if (!$isTextNode(node) || node.getPreviousSibling() || !$isParagraphNode(node.getParent()))
		return undefined;
	const text = node.getTextContent().slice(0, selection.anchor.offset);
	const sign = text.slice(0, -1);
	if (!text.endsWith(' ') || !Object.hasOwn(SIGNS, sign)) return undefined;
	// Not when the cursor merely comes by, and not when the space was there before.
	const earlier = before._nodeMap.get(node.getKey());
	return $isTextNode(earlier) && earlier.__text === sign + node.getTextContent().slice(text.length)
		? sign
		: undefined;
}

function convertLine(editor: LexicalEditor, sign: string): void {
	editor.update(() => {
		const selection = $getSelection();
		const block = SIGNS[sign];
		if (!$isRangeSelection(selection) || !block) return;
		const node = selection.anchor.getNode();
		if (!$isTextNode(node)) return;
		node.spliceText(0, sign.length + 1, '', true);
		node.select(0, 0);
		$setBlock(block);
	});
}
