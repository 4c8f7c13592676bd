import * as Y from 'yjs';
import type { MemberId, RoomName, WorkspaceId } from '#core/model/id.ts';
import {
	encodePullItem,
	type CompareRequest,
	type CompareResult,
	type Position,
	type PullRequest
} from '#core/protocol/messages.ts';
import { can } from '../rights.ts';
import { compareWithSnapshot, readSnapshot } from './compare.ts';
import type { Compaction } from './log.ts';
import type { Content, HistoryRow, ReadLog } from './read-log.ts';

const CACHE_BYTES = 8 * 1024 * 1024;
/** An update without structs and deletes. */
const NOTHING_BYTES = 2;
const LARGE_BYTES = 16 * 1024;
const ROWS_MERGED = 200;

/** Who pulls: rooms that this member may not read are left out (rule 17). */
export type PullingMember = { member: MemberId; workspace: WorkspaceId };
export type PullStep = { bytes: Uint8Array; isDone: boolean };

/** What the reader thread can be asked. Every method throws when a read fails: an error is never an empty answer. */
export class ReaderCalls {
	readonly #log: ReadLog;
	readonly #incarnation: string;
	readonly #cache = new Map<RoomName, Content>();
	#cacheBytes = 0;
	readonly #pulls = new Map<number, Iterator<Uint8Array>>();
	#nextPull = 1;

	constructor(log: ReadLog, incarnation: string) {
		this.#log = log;
		this.#incarnation = incarnation;
	}

	/** Everything the room consists of. */
	content(room: RoomName): Content {
		const known = this.#cache.get(room);
		if (known && known.seq === this.#log.roomHead(room)) return known;
		if (known) this.#forget(room, known);
		const content = this.#log.content(room);
		this.#cache.set(room, content);
		this.#cacheBytes += sizeOf(content);
		for (const [name, old] of this.#cache) {
			if (this.#cacheBytes <= CACHE_BYTES || this.#cache.size === 1) break;
			this.#forget(name, old);
		}
		return content;
	}

	/**
	 * What a peer with `stateVector` lacks, oldest first, to be sent as updates and, the last one, as SyncStep2. For a
	 * peer that has nothing the log's own rows go out as they are. Throws on a malformed state vector.
	 */
	missing(
		room: RoomName,
		stateVector: Uint8Array
	): { updates: Uint8Array[]; stateVector: Uint8Array; seq: number } {
		const content = this.content(room);
		const clocks = Y.decodeStateVector(stateVector);
		if (clocks.size === 0 || content.updates.length === 0) return content;
		const updates = content.updates
			.map((update) => Y.diffUpdate(update, stateVector))
			.filter((difference) => difference.length > NOTHING_BYTES);
		// The base stays by itself: merging it with many small rows takes Yjs ten times as long as reading all of it.
		const base = updates.findLastIndex(({ length }) => length > LARGE_BYTES) + 1;
		const merged = updates.slice(0, base);
		for (let at = base; at < updates.length; at += ROWS_MERGED)
			merged.push(Y.mergeUpdates(updates.slice(at, at + ROWS_MERGED)));
		return { ...content, updates: merged };
	}

	/** Begins a pull of what `by` may read; its bytes come by `pullStep`. */
	pullOpen(request: PullRequest, by?: PullingMember): number {
		const id = this.#nextPull++;
		this.#pulls.set(id, this.#pull(request, by));
		return id;
	}

	/** About `maxBytes` more of a pull: encoded PullItems. */
	pullStep(id: number, maxBytes: number): PullStep {
		const pull = this.#pulls.get(id);
		const parts: Uint8Array[] = [];
		for (let bytes = 0; pull && bytes < maxBytes;) {
			const next = pull.next();
			if (next.done) {
				this.#pulls.delete(id);
				return { bytes: joinBytes(parts), isDone: true };
			}
			parts.push(next.value);
			bytes += next.value.length;
		}
		return { bytes: joinBytes(parts), isDone: !pull };
	}

	/** The other side went away in the middle of a pull. */
	pullClose(id: number): void {
		this.#pulls.delete(id);
	}

	/** Undefined when one of the snapshots is malformed; throws when the log can't be read. */
	compare({ items }: CompareRequest): CompareResult[] | undefined {
		const snapshots = items.map(({ snapshot }) => readSnapshot(snapshot));
		if (!snapshots.every((snapshot) => snapshot !== undefined)) return undefined;
		return items.map(({ room }, at) =>
			compareWithSnapshot(this.#log.content(room), snapshots[at] ?? Y.emptySnapshot)
		);
	}

	history(room: RoomName, before: number, limit: number): HistoryRow[] {
		return this.#log.history(room, before, limit);
	}

	stateAt(room: RoomName, seq: number): Uint8Array | undefined {
		return this.#log.stateAt(room, seq);
	}

	covers(position: Position): boolean {
		return this.#log.covers(position);
	}

	buildCompaction(room: RoomName): Compaction | undefined {
		return this.#log.buildCompaction(room);
	}

	*#pull({ known, have }: PullRequest, by: PullingMember | undefined): Generator<Uint8Array> {
		const position = { incarnation: this.#incarnation, seq: this.#log.head() };
		const isAhead = [...have.values()].some((seq) => seq > position.seq);
		if (isAhead || (known && !this.#log.covers(known))) {
			yield encodePullItem({ kind: 'diverged', position });
			return;
		}
		const after = known?.seq ?? 0;
		// What a device has of single rooms counts more than what it knows of all: it may have lost one.
		const lowest = [...have.values()].reduce((low, seq) => Math.min(low, seq), after);
		for (const { room, seq } of this.#log.newestAfter(lowest)) {
			const since = have.get(room) ?? after;
			if (seq <= since || (by && can(by.member, 'read', room, by.workspace).state !== 'allowed')) continue;
			yield encodePullItem({ kind: 'room', room, ...this.#log.updatesAfter(room, since) });
		}
		yield encodePullItem({ kind: 'end', position });
	}

	#forget(room: RoomName, content: Content): void {
		this.#cache.delete(room);
		this.#cacheBytes -= sizeOf(content);
	}
}

const sizeOf = ({ updates }: Content): number => updates.reduce((sum, update) => sum + update.length, 200);

function joinBytes(parts: readonly Uint8Array[]): Uint8Array {
	const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
	let at = 0;
	for (const part of parts) {
		all.set(part, at);
		at += part.length;
	}
	return all;
}
