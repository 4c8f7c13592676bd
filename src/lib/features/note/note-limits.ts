import { AutoLinkNode, LinkNode } from '@lexical/link';
import { $isListItemNode, $isListNode, ListItemNode, ListNode } from '@lexical/list';
import { HeadingNode, QuoteNode } from '@lexical/rich-text';
import {
	$createLineBreakNode,
	$getRoot,
	$isElementNode,
	COMMAND_PRIORITY_CRITICAL,
	defineExtension,
	mergeRegister,
	ParagraphNode,
	PASTE_COMMAND,
	safeCast,
	TextNode,
	type ElementNode
} from 'lexical';
import { safeUrl } from './note-url.ts';

/** Characters that a note may have after a paste; a book has more, a visit report never. */
export const MAX_NOTE_CHARACTERS = 200_000;
/** Lists within lists; each is two levels of the document, of which the relay takes a limited number. */
export const MAX_LIST_DEPTH = 8;

/**
 * Keeps what is typed and pasted here within what a note may be: no styles (they would bring foreign colours and
 * places), two levels of heading, no links that run code, no endless nesting, no endless text.
 */
export const NoteLimitsExtension = defineExtension({
	name: 'rapport/note-limits',
	config: safeCast<{ onTooLong: () => void }>({ onTooLong: () => undefined }),
	register: (editor, { onTooLong }) =>
		mergeRegister(
			...[ParagraphNode, HeadingNode, QuoteNode, ListNode, ListItemNode, LinkNode, AutoLinkNode].map(
				(klass) => editor.registerNodeTransform<ElementNode>(klass, $dropStyle)
			),
			editor.registerNodeTransform(TextNode, (node) => {
				if (node.getStyle() !== '') node.setStyle('');
			}),
			editor.registerNodeTransform(HeadingNode, (node) => {
				const tag = node.getTag() <= 'h2' ? 'h2' : 'h3';
				if (node.getTag() !== tag) node.setTag(tag);
			}),
			editor.registerNodeTransform(LinkNode, $dropUnsafeLink),
			editor.registerNodeTransform(AutoLinkNode, $dropUnsafeLink),
			editor.registerNodeTransform(ListNode, $flatten),
			editor.registerNodeTransform(ListItemNode, $keepLinesInItem),
			editor.registerCommand(
				PASTE_COMMAND,
				(event) => {
					const data = 'clipboardData' in event ? event.clipboardData : null;
					const length = data ? (data.getData('text/plain') || data.getData('text/html')).length : 0;
					if (length + $getRoot().getTextContentSize() <= MAX_NOTE_CHARACTERS) return false;
					event.preventDefault();
					onTooLong();
					return true;
				},
				COMMAND_PRIORITY_CRITICAL
			)
		)
});

function $dropStyle(node: ElementNode): void {
	if (node.getStyle() !== '') node.setStyle('');
	if (node.getTextStyle() !== '') node.setTextStyle('');
}

function $dropUnsafeLink(node: LinkNode): void {
	if (safeUrl(node.getURL()) !== undefined) return;
	for (const child of node.getChildren()) node.insertBefore(child);
	node.remove();
}

function $flatten(list: ListNode): void {
	const item = list.getParent();
	if (!$isListItemNode(item) || depthOf(list) <= MAX_LIST_DEPTH) return;
	for (const child of list.getChildren().reverse()) item.insertAfter(child);
	if (item.isEmpty()) item.remove();
}

/** A paste can leave paragraphs in an item, where the library itself takes them apart when the note is read again. */
function $keepLinesInItem(item: ListItemNode): void {
	for (const block of item.getChildren()) {
		if (!$isElementNode(block) || block.isInline() || $isListNode(block)) continue;
		const before = block.getPreviousSibling();
		if (before && !$isListNode(before)) block.insertBefore($createLineBreakNode());
		for (const child of block.getChildren()) block.insertBefore(child);
		block.remove();
	}
}

function depthOf(list: ListNode): number {
	let depth = 1;
	for (let at = list.getParent(); $isElementNode(at); at = at.getParent()) if ($isListNode(at)) depth++;
	return depth;
}
