import * as Y from 'yjs';
import { MAX_DEPTH } from '#core/protocol/limits.ts';

/** Why a note can't be edited here: it holds something that this version doesn't know, or that is not valid. */
export type NoteProblem = { in: string; what: string };

type Check = (value: unknown) => boolean;
const text: Check = (value) => typeof value === 'string';
const number: Check = (value) => typeof value === 'number' && Number.isFinite(value);
const oneOf =
	(...values: unknown[]): Check =>
	(value) =>
		values.includes(value);
const textOrNone: Check = (value) => value === null || value === undefined || typeof value === 'string';

const BLOCK: Record<string, Check> = {
	__format: number,
	__indent: number,
	__style: text,
	__dir: oneOf(null, 'ltr', 'rtl'),
	__textFormat: number,
	__textStyle: text
};
const LINK = { ...BLOCK, __url: text, __target: textOrNone, __rel: textOrNone, __title: textOrNone };

/**
 * Everything that a note may consist of, by node name. The library takes over whatever a peer wrote (`__tag` even
 * becomes the name of a DOM element), and drops at the next edit what it doesn't know: hence this check comes first.
 */
const ELEMENTS: Record<string, Record<string, Check>> = {
	UNDEFINED: BLOCK,
	paragraph: BLOCK,
	heading: { ...BLOCK, __tag: oneOf('h1', 'h2', 'h3', 'h4', 'h5', 'h6') },
	quote: BLOCK,
	list: {
		...BLOCK,
		__tag: oneOf('ol', 'ul'),
		__listType: oneOf('number', 'bullet', 'check'),
		__start: number
	},
	listitem: { ...BLOCK, __value: number, __checked: oneOf(true, false, null, undefined) },
	link: LINK,
	autolink: { ...LINK, __isUnlinked: oneOf(true, false) },
	linebreak: {}
};
const SPAN: Record<string, Check> = { __format: number, __mode: number, __detail: number, __style: text };
const SPAN_TYPES = oneOf(undefined, 'text', 'tab');
/** Keys of node state (threads of comments, for example) are kept by the library even when it doesn't know them. */
const isState = (key: string) => key.startsWith('s_');

/** The first thing in `element` and below that can't be edited here, or undefined when all of it can. */
export function problemIn(element: Y.XmlElement, depth = 0): NoteProblem | undefined {
	return problemOf(element) ?? problemAmong(element.toArray(), depth + 1);
}

/** Like `problemIn`, for what one change has touched: a typed letter costs one paragraph, not the whole note. */
export function problemInEvents(events: Y.YEvent<Y.XmlElement | Y.XmlText>[]): NoteProblem | undefined {
	for (const { target, changes } of events) {
		const added = [...changes.added].flatMap((item) =>
			item.content instanceof Y.ContentType ? [item.content.type] : []
		);
		const problem =
			target instanceof Y.XmlElement
				? (problemOf(target) ?? problemAmong(added, depthOf(target) + 1))
				: problemAmong([target], 0);
		if (problem) return problem;
	}
	return undefined;
}

function problemAmong(types: readonly unknown[], depth: number): NoteProblem | undefined {
	if (depth > MAX_DEPTH) return { in: 'note', what: 'depth' };
	for (const type of types) {
		const problem =
			type instanceof Y.XmlElement
				? problemIn(type, depth)
				: type instanceof Y.XmlText
					? problemOfText(type)
					: { in: 'note', what: 'content' };
		if (problem) return problem;
	}
	return undefined;
}

function problemOf(element: Y.XmlElement): NoteProblem | undefined {
	const known = Object.hasOwn(ELEMENTS, element.nodeName) ? ELEMENTS[element.nodeName] : undefined;
	if (!known) return { in: element.nodeName, what: 'node' };
	for (const [key, value] of Object.entries(element.getAttributes() as Record<string, unknown>)) {
		if (isState(key) ? value instanceof Y.AbstractType : !(Object.hasOwn(known, key) && known[key]?.(value)))
			return { in: element.nodeName, what: key };
	}
	return undefined;
}

type Span = { insert: unknown; attributes?: Record<string, unknown> };

function problemOfText(type: Y.XmlText): NoteProblem | undefined {
	for (const { insert, attributes = {} } of type.toDelta() as Span[]) {
		if (typeof insert !== 'string') return { in: 'text', what: 'content' };
		const { t, p, i, ...others } = attributes;
		if (!SPAN_TYPES(t) || (i !== undefined && !number(i))) return { in: 'text', what: 'type' };
		for (const key of Object.keys(others)) if (!isState(key)) return { in: 'text', what: key };
		for (const [key, value] of Object.entries(p ?? {}))
			if (!(Object.hasOwn(SPAN, key) && SPAN[key]?.(value))) return { in: 'text', what: key };
	}
	return undefined;
}

function depthOf(type: Y.XmlElement): number {
	let depth = 0;
	for (let at: unknown = type.parent; at instanceof Y.AbstractType; at = at.parent) depth++;
	return depth;
}
