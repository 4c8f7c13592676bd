import type { Row } from '#core/documents/row.ts';
import { isId, type MemberId, type WorkspaceId } from '#core/model/id.ts';
import type { Directory, FeedDelta, FeedPage, Position, WorkspaceInfo } from '#core/protocol/messages.ts';

// What the relay sends as JSON, checked at the door. Rows are checked no deeper than what the device builds upon:
// thousands come in a page, and the relay made them with the same code from documents it had checked.

type Fields = Record<string, unknown>;

const isObject = (value: unknown): value is Fields =>
	typeof value === 'object' && value !== null && !Array.isArray(value);

function fields(value: unknown): Fields {
	if (!isObject(value)) throw new TypeError('an object was expected');
	return value;
}

function list<T>(value: unknown, item: (value: unknown) => T): T[] {
	if (!Array.isArray(value)) throw new TypeError('a list was expected');
	return value.map(item);
}

function text(value: unknown): string {
	if (typeof value !== 'string') throw new TypeError('a text was expected');
	return value;
}

function count(value: unknown): number {
	if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0)
		throw new TypeError('a count was expected');
	return value;
}

function flag(value: unknown): boolean {
	if (typeof value !== 'boolean') throw new TypeError('true or false was expected');
	return value;
}

function position(value: unknown): Position {
	const { incarnation, seq } = fields(value);
	return { incarnation: text(incarnation), seq: count(seq) };
}

function row(value: unknown): Row {
	const { kind, id, room, seq, facts } = fields(value);
	text(kind);
	text(id);
	text(room);
	count(seq);
	fields(facts);
	return value as Row;
}

/** All readers of this file throw a TypeError on anything else. */
export function readFeedDelta(value: unknown): FeedDelta {
	const { after, position: upTo, rows, gone } = fields(value);
	return { after: position(after), position: position(upTo), rows: list(rows, row), gone: list(gone, text) };
}

export function readFeedPage(value: unknown): FeedPage {
	const { position: upTo, reset, more, rows, gone } = fields(value);
	return {
		position: position(upTo),
		reset: flag(reset),
		more: flag(more),
		rows: list(rows, row),
		gone: list(gone, text)
	};
}

export function readDirectory(value: unknown): Directory {
	const { version, members } = fields(value);
	return {
		version: count(version),
		members: list(members, (member) => {
			const { id, name } = fields(member);
			if (!isId(id)) throw new TypeError('a member was expected');
			return { id: id as MemberId, name: text(name) };
		})
	};
}

export function readWorkspaceInfo(value: unknown): WorkspaceInfo {
	const { workspace, version, mode } = fields(value);
	if (!isId(workspace) || mode !== 'loopback') throw new TypeError('a workspace was expected');
	return { workspace: workspace as WorkspaceId, version: count(version), mode };
}
