import type { Change } from '#core/model/change.ts';
import { byNewest, type Entry } from '#core/model/entry.ts';
import type { MemberId } from '#core/model/id.ts';

/** Changes that one member made in one go, folded into one line. */
export type ChangeGroup = {
	kind: 'changes';
	id: string;
	at: number;
	by: MemberId | undefined;
	changes: Change[];
};
type TimelineItem = { kind: 'entry'; id: string; at: number; entry: Entry } | ChangeGroup;
/** `start` is midnight by the device's clock, ms since the epoch. */
export type TimelineDay = { start: number; items: TimelineItem[] };

/** Milliseconds between two changes of one member that still belong to one go. */
const PAUSE_MS = 30 * 60_000;

/**
 * Entries by day, newest first, and at the end of each day the changes of that day, folded: a change that is
 * written while somebody reads or writes an entry must not move it.
 */
export function timelineOf(entries: readonly Entry[], changes: readonly Change[]): TimelineDay[] {
	const days = new Map<number, TimelineDay>();
	const add = (item: TimelineItem): void => {
		const start = midnight(item.at);
		const day = days.get(start);
		if (day) day.items.push(item);
		else days.set(start, { start, items: [item] });
	};
	for (const entry of [...entries].sort(byNewest)) add({ kind: 'entry', id: entry.id, at: entry.at, entry });
	for (const group of foldChanges(changes).sort(byNewest)) add(group);
	return [...days.values()].sort((a, b) => b.start - a.start);
}

/** Groups changes of one member on one day without a long pause; `changes` are oldest first. */
export function foldChanges(changes: readonly Change[]): ChangeGroup[] {
	const groups: ChangeGroup[] = [];
	const open = new Map<string, ChangeGroup>();
	for (const change of changes) {
		const key = `${change.by} ${midnight(change.at)}`;
		const group = open.get(key);
		if (group && change.at - group.at <= PAUSE_MS) {
			group.changes.push(change);
			group.at = change.at;
			continue;
		}
		const made: ChangeGroup = {
			kind: 'changes',
			id: change.id,
			at: change.at,
			by: change.by,
			changes: [change]
		};
		open.set(key, made);
		groups.push(made);
	}
	return groups;
}

/** The newest `count` items, in their days; `left` is how many were cut off. */
export function newest(days: readonly TimelineDay[], count: number): { days: TimelineDay[]; left: number } {
	const shown: TimelineDay[] = [];
	let room = count;
	let left = 0;
	for (const day of days) {
		if (room > 0) shown.push({ start: day.start, items: day.items.slice(0, room) });
		left += Math.max(0, day.items.length - room);
		room = Math.max(0, room - day.items.length);
	}
	return { days: shown, left };
}

const midnight = (at: number): number => new Date(at).setHours(0, 0, 0, 0);
