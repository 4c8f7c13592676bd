import { $isListItemNode, $isListNode, type ListNode } from '@lexical/list';
import {
	$getNodeByKey,
	$isElementNode,
	$isRootNode,
	$isTextNode,
	type ElementNode,
	type LexicalNode,
	type NodeKey,
	type TextNode
} from 'lexical';
import * as Y from 'yjs';

/** Which node of the editor shows which stored type; the part of the library's own map that is needed here. */
export type NoteMapping = {
	get(type: Y.XmlElement): LexicalNode | undefined;
	set(type: Y.XmlElement | Y.XmlText, node: LexicalNode | TextNode[]): void;
	delete(type: Y.XmlElement | Y.XmlText): void;
	deleteNode(key: NodeKey): void;
	getSharedType(node: LexicalNode): Y.XmlElement | Y.XmlText | undefined;
};

/** Blocks that people type into; each is given its text at once, see `$giveText`. */
const TYPED_INTO = new Set(['paragraph', 'heading', 'quote', 'listitem']);

/** Forgets the text nodes that the editor has merged away, and returns the stored texts that they came from. */
export function dropMerged(mapping: NoteMapping, merged: Set<NodeKey>): Set<Y.XmlText> {
	const texts = new Set<Y.XmlText>();
	for (const key of merged) {
		const type = mapping.getSharedType({ getKey: () => key } as LexicalNode);
		if (type instanceof Y.XmlText) texts.add(type);
	}
	for (const key of merged) mapping.deleteNode(key);
	return texts;
}

/**
 * Maps the runs of text in `parent` to its stored texts anew. The library would rather store the merged run; but
 * everybody who has the note open would, at the same time, and text that moved from one Y.XmlText into another
 * would then be there once per open editor. A run of several stored texts is mapped to none of them: the library
 * takes what is mapped for stored as it is, and would drop the other texts at the next edit of the line.
 */
export function $mapTexts(mapping: NoteMapping, parent: unknown): void {
	if (!(parent instanceof Y.XmlElement)) return;
	const key = mapping.get(parent)?.getKey();
	const element = key === undefined ? null : $getNodeByKey(key);
	if (!$isElementNode(element)) return;
	for (const { stored, shown } of runsOf(parent, element)) {
		for (const text of stored) mapping.delete(text);
		const [only, second] = stored;
		if (only && !second) mapping.set(only, shown);
	}
}

/** The runs of text in a block, as stored (several Y.XmlText may stand side by side) and as shown. */
function runsOf(parent: Y.XmlElement, element: ElementNode) {
	const runs: { stored: Y.XmlText[]; shown: TextNode[] }[] = [{ stored: [], shown: [] }];
	for (const child of parent.toArray()) {
		if (child instanceof Y.XmlText) runs.at(-1)?.stored.push(child);
		else runs.push({ stored: [], shown: [] });
	}
	let at = 0;
	for (const child of element.getChildren()) {
		if ($isTextNode(child)) runs[at]?.shown.push(child);
		else at++;
	}
	return runs;
}

/**
 * Gives each new block an empty text to type into. Two people who both type into an empty block would else make
 * a text each, and the first who edits the two as one would move one of them, see `$mapTexts`.
 */
export function $giveText(mapping: NoteMapping, keys: Iterable<NodeKey>): void {
	for (const key of keys) {
		const node = $getNodeByKey(key);
		if (!$isElementNode(node) || !node.isEmpty() || !TYPED_INTO.has(node.getType())) continue;
		const type = mapping.getSharedType(node);
		if (type instanceof Y.XmlElement && type.length === 0) type.insert(0, [new Y.XmlText()]);
	}
}

/** Counts the items of all lists below `node`; two people may have added items at the same place. */
export function $numberLists(mapping: NoteMapping, node: ElementNode): void {
	for (const child of node.getChildren()) {
		if ($isListNode(child)) $numberItems(mapping, child);
		if ($isElementNode(child) && !child.isInline()) $numberLists(mapping, child);
	}
}

function $numberItems(mapping: NoteMapping, list: ListNode): void {
	let value = list.getStart();
	for (const item of list.getChildren()) {
		if (!$isListItemNode(item)) continue;
		if (item.getValue() !== value) {
			const type = mapping.getSharedType(item);
			// The map knows nodes by identity, and setting the value makes a new one.
			item.setValue(value);
			if (type) mapping.set(type, item.getLatest());
		}
		if (!$isListNode(item.getFirstChild())) value++;
	}
}

/** Whether `element` has exactly the blocks and texts of `stored`. Costs about a millisecond per 1,000 blocks. */
export function $shows(element: ElementNode, stored: Y.XmlElement): boolean {
	const types = stored.toArray();
	const blocks = types.filter((type): type is Y.XmlElement => type instanceof Y.XmlElement);
	const shown = element.getChildren().filter((child) => !$isTextNode(child));
	// An empty note shows one line to type into.
	if ($isRootNode(element) && types.length === 0) return shown.length === 1;
	if (blocks.length !== shown.length) return false;
	const isTextSame = runsOf(stored, element).every(
		({ stored, shown }) => stored.map(plain).join('') === shown.map((node) => node.getTextContent()).join('')
	);
	return (
		isTextSame &&
		blocks.every((block, at) => {
			const node = shown[at];
			if (node?.getType() !== block.nodeName) return false;
			return !$isElementNode(node) || $shows(node, block);
		})
	);
}

/** Whether `element` has the same words in the same order as `stored`, if perhaps in other blocks. */
export function $holds(element: ElementNode, stored: Y.XmlElement): boolean {
	const words = (type: Y.XmlElement): string =>
		type
			.toArray()
			.map((child) =>
				child instanceof Y.XmlText ? plain(child) : child instanceof Y.XmlElement ? words(child) : ''
			)
			.join('');
	const shown = element.getAllTextNodes().map((node) => node.getTextContent());
	return shown.join('') === words(stored);
}

const plain = (text: Y.XmlText): string =>
	(text.toDelta() as { insert: string }[]).map(({ insert }) => insert).join('');
