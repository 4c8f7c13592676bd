import {
	$createRangeSelection,
	$getNodeByKey,
	$getRoot,
	$getSelection,
	$isElementNode,
	$isRangeSelection,
	$isTextNode,
	$setSelection,
	type NodeKey,
	type RangeSelection
} from 'lexical';

/** A point in the editor's nodes, as resolved from a stored position. */
export type NotePoint = { key: NodeKey; offset: number };
/** My own cursor, put aside while a change from elsewhere is taken over. */
export type KeptSelection = { selection: RangeSelection; block: number };

/**
 * Takes the cursor out of the note and returns it. The library moves it along while it takes a change over, and
 * fails when the text that it stands in has become shorter than its offset.
 */
export function $takeSelection(): KeptSelection | undefined {
	const selection = $getSelection();
	if (!$isRangeSelection(selection)) return undefined;
	const top = selection.focus.getNode().getTopLevelElement();
	$setSelection(null);
	return { selection: selection.clone(), block: top?.getIndexWithinParent() ?? 0 };
}

/** Puts the cursor back: where its stored position is now, else where it was, else at the end of that block. */
export function $putSelection(
	kept: KeptSelection,
	stored: { anchor: NotePoint; focus: NotePoint } | undefined
) {
	const { anchor, focus, format, style } = kept.selection;
	const selection = $createRangeSelection();
	selection.format = format;
	selection.style = style;
	const isPlaced =
		$place(selection.anchor, stored?.anchor ?? anchor) && $place(selection.focus, stored?.focus ?? focus);
	if (isPlaced) return $setSelection(selection);
	const root = $getRoot();
	const block = root.getChildAtIndex(Math.min(kept.block, root.getChildrenSize() - 1));
	if (block) block.selectEnd();
	else root.selectEnd();
}

function $place(point: RangeSelection['anchor'], { key, offset }: NotePoint): boolean {
	const node = $getNodeByKey(key);
	if (!node?.isAttached()) return false;
	if ($isTextNode(node)) point.set(key, Math.min(offset, node.getTextContentSize()), 'text');
	else if ($isElementNode(node)) point.set(key, Math.min(offset, node.getChildrenSize()), 'element');
	else {
		const parent = node.getParent();
		if (!parent) return false;
		point.set(parent.getKey(), node.getIndexWithinParent(), 'element');
	}
	return true;
}
