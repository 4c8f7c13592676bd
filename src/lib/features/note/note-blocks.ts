import { $isLinkNode } from '@lexical/link';
import { $insertList, $isListItemNode, $isListNode, $removeList, type ListType } from '@lexical/list';
import { $createHeadingNode, $createQuoteNode, $isHeadingNode, $isQuoteNode } from '@lexical/rich-text';
import { $setBlocksType } from '@lexical/selection';
import {
	$createParagraphNode,
	$findMatchingParent,
	$getSelection,
	$isRangeSelection,
	type LexicalNode,
	type TextFormatType
} from 'lexical';

/** What the toolbar offers for a line. */
export type NoteBlock = 'text' | 'heading' | 'subheading' | 'quote' | 'bullets' | 'numbers' | 'checks';
/** What the toolbar offers for some letters. */
export type NoteMark = Extract<TextFormatType, 'bold' | 'italic' | 'underline' | 'strikethrough'>;
export const NOTE_MARKS: readonly NoteMark[] = ['bold', 'italic', 'underline', 'strikethrough'];

/** What the cursor stands in: the block, the marks of what is typed next, the address of the link. */
export type NotePlace = { block: NoteBlock; marks: NoteMark[]; link: string | undefined };

const LISTS: Partial<Record<NoteBlock, ListType>> = { bullets: 'bullet', numbers: 'number', checks: 'check' };
const BLOCKS = { bullet: 'bullets', number: 'numbers', check: 'checks' } as const;

/** Makes the selected lines `block`s, or text again where they are that already. */
export function $toggleBlock(block: NoteBlock): void {
	$setBlock($readPlace()?.block === block ? 'text' : block);
}

/** Makes the selected lines `block`s. */
export function $setBlock(block: NoteBlock): void {
	const list = LISTS[block];
	if (list) return $insertList(list);
	// A heading in a list would be a block inside of an item, which no other place of the note can show.
	$removeLists();
	const selection = $getSelection();
	if (!$isRangeSelection(selection)) return;
	$setBlocksType(selection, () => {
		if (block === 'heading') return $createHeadingNode('h2');
		if (block === 'subheading') return $createHeadingNode('h3');
		return block === 'quote' ? $createQuoteNode() : $createParagraphNode();
	});
}

function $removeLists(): void {
	const selection = $getSelection();
	if (
		$isRangeSelection(selection) &&
		selection.getNodes().some((node) => $findMatchingParent(node, $isListNode))
	)
		$removeList();
}

/** Where the cursor stands, or undefined when it is not in the note. */
export function $readPlace(): NotePlace | undefined {
	const selection = $getSelection();
	if (!$isRangeSelection(selection)) return undefined;
	const node = selection.anchor.getNode();
	const link = $findMatchingParent(node, $isLinkNode);
	return {
		block: blockOf(node),
		marks: NOTE_MARKS.filter((mark) => selection.hasFormat(mark)),
		link: link?.getURL()
	};
}

function blockOf(node: LexicalNode): NoteBlock {
	const heading = $findMatchingParent(node, $isHeadingNode);
	if (heading) return heading.getTag() <= 'h2' ? 'heading' : 'subheading';
	if ($findMatchingParent(node, $isQuoteNode)) return 'quote';
	const list = $findMatchingParent(node, $isListNode);
	return list ? BLOCKS[list.getListType()] : 'text';
}

/** The list item that the cursor is at the very beginning of, or undefined. */
export function $itemAtCursor() {
	const selection = $getSelection();
	if (!$isRangeSelection(selection) || !selection.isCollapsed() || selection.anchor.offset !== 0)
		return undefined;
	let node: LexicalNode | null = selection.anchor.getNode();
	while (node && !$isListItemNode(node)) node = node.getPreviousSibling() ? null : node.getParent();
	return node ?? undefined;
}
