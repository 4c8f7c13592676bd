import * as Y from 'yjs';

/** Elements that stand inside a line; every other element begins a new one. */
const INLINE = new Set(['link', 'autolink', 'mention', 'mark', 'overflow', 'hashtag']);
const MAX_DEPTH = 64;

/**
 * The plain text of a note's body (Lexical V2: elements by node name, texts as Y.XmlText), one line per block,
 * at most `limit` characters. Whatever it doesn't know counts as a block; nothing in a body makes it throw.
 */
export function proseText(body: Y.XmlElement, limit = Number.POSITIVE_INFINITY): string {
	const lines = [''];
	let length = 0;
	const write = (text: string): void => {
		lines[lines.length - 1] += text.slice(0, Math.max(0, limit - length));
		length += text.length;
	};
	const breakLine = (): void => {
		if (lines.at(-1) !== '') lines.push('');
	};
	const visit = (node: unknown, depth: number): void => {
		if (length >= limit || depth > MAX_DEPTH) return;
		if (node instanceof Y.XmlText) return write(textOf(node));
		if (!(node instanceof Y.XmlElement)) return;
		if (node.nodeName === 'linebreak') return breakLine();
		const isInline = INLINE.has(node.nodeName);
		if (!isInline) breakLine();
		for (const child of node.toArray()) visit(child, depth + 1);
		if (!isInline) breakLine();
	};
	visit(body, 0);
	return lines
		.map((line) => line.trim())
		.filter((line) => line !== '')
		.join('\n');
}

/** The beginning of a note in one line, for lists. */
export const excerptOf = (text: string, limit = 160): string => {
	const line = text
		.slice(0, limit * 2)
		.replace(/\s+/g, ' ')
		.trim();
	if (line.length <= limit) return line;
	// Not through the middle of a character that takes two code units.
	const end = /[\uD800-\uDBFF]/.test(line.charAt(limit - 2)) ? limit - 2 : limit - 1;
	return `${line.slice(0, end).trimEnd()}…`;
};

const textOf = (text: Y.XmlText): string => {
	let all = '';
	for (const { insert } of text.toDelta() as { insert?: unknown }[])
		if (typeof insert === 'string') all += insert;
	return all;
};
