import * as Y from 'yjs';
import type { RoomName } from '#core/model/id.ts';
import type { Position, PushResult } from '#core/protocol/messages.ts';
import { isPassing } from '#core/protocol/refusal.ts';
import { StorageError } from '../storage/failure.ts';
import { loadLocalContent } from '../storage/local-content.ts';
import { drainLock } from '../storage/names.ts';
import type { OutboxKey, OutboxRow } from '../storage/outbox-row.ts';
import { goneWriters } from '../storage/writers.ts';
import { reportFault } from '../sync/fault.ts';
import { push } from '../sync/push.ts';
import type { Line } from './contact.ts';
import type { Stores } from './stores.ts';
import { Value, type Source } from '../storage/source.ts';
import type { Delay } from './sync-summary.ts';

/** What the drain sends for one room, and which rows are settled by it. */
type Load = { room: RoomName; update: Uint8Array; keys: OutboxKey[] };

const PAGE = 1_000;
const RETRY_MS = [2_000, 5_000, 15_000, 30_000];

/**
 * Sends edits whose document is not open any more: left by closed and killed tabs, by imports, by documents that were
 * closed before the acknowledgement came. One tab at a time, under a Web Lock; sending twice harms nobody.
 */
export class Drain {
	readonly #stores: Stores;
	readonly #contact: Line;
	readonly #settled: (rooms: ReadonlyMap<RoomName, number>) => Promise<void>;
	#running: Promise<void> | undefined;
	#isWanted = false;
	#failures = 0;
	#retry: ReturnType<typeof setTimeout> | undefined;
	readonly #delay = new Value<Delay | undefined>(undefined);
	#isClosed = false;

	/** `settled` is told of rooms whose waiting edits went through, with the relay's seq. */
	constructor(
		stores: Stores,
		contact: Line,
		settled: (rooms: ReadonlyMap<RoomName, number>) => Promise<void>
	) {
		this.#stores = stores;
		this.#contact = contact;
		this.#settled = settled;
	}

	/** Why the relay put off what was sent last; undefined when it took it. */
	get delay(): Source<Delay | undefined> {
		return this.#delay;
	}

	/** Sends what is there to send; when it can't, tries again by itself. Resolves when this round is over. */
	async run(): Promise<void> {
		this.#isWanted = true;
		this.#running ??= this.#runAll().finally(() => {
			this.#running = undefined;
		});
		await this.#running;
	}

	async close(): Promise<void> {
		this.#isClosed = true;
		clearTimeout(this.#retry);
		await this.#running;
	}

	async #runAll(): Promise<void> {
		while (this.#isWanted && !this.#isClosed) {
			this.#isWanted = false;
			if (!this.#contact.isOnline || !this.#contact.isAgreed) return;
			try {
				const isDone = await navigator.locks.request(drainLock(this.#stores.owner), () => this.#sendAll());
				if (isDone) this.#failures = 0;
				else this.#retryLater();
			} catch (cause) {
				// The outbox could not be read or written: it shows as its failure, and is tried again.
				if (!(cause instanceof StorageError)) reportFault(cause);
				this.#retryLater();
			}
		}
	}

	#retryLater(): void {
		if (this.#isClosed) return;
		const wait = RETRY_MS[Math.min(this.#failures++, RETRY_MS.length - 1)];
		clearTimeout(this.#retry);
		this.#retry = setTimeout(() => void this.run(), wait);
	}

	/** False when something has to be tried again. */
	async #sendAll(): Promise<boolean> {
		const isGone = await goneWriters(this.#stores.owner.member);
		let isDone = true;
		let delay: Delay | undefined;
		const torn: Load[] = [];
		const settle = async (results: { item: Load; result: PushResult }[]): Promise<void> => {
			const saved: { load: Load; seq: number }[] = [];
			for (const { item, result } of results) {
				if (result.state === 'saved') saved.push({ load: item, seq: result.seq });
				else if (result.reason === 'gapRemains' && !torn.includes(item)) torn.push(item);
				else if (isPassing(result.reason)) {
					isDone = false;
					delay = result.reason;
				} else await this.#stores.outbox.refuse(item.keys, result.reason);
			}
			await this.#settle(saved);
		};
		const first = await push(this.#contact.api, this.#loads(isGone), settle);
		if (first.state !== 'ok') return false;
		const second =
			torn.length === 0 ? first : await push(this.#contact.api, await this.#wholeOf(torn), settle);
		this.#delay.set(delay);
		return isDone && second.state === 'ok';
	}

	async #settle(saved: readonly { load: Load; seq: number }[]): Promise<void> {
		if (saved.length === 0) return;
		const { outbox } = this.#stores;
		const position = this.#position(Math.max(...saved.map(({ seq }) => seq)));
		await outbox.settle(
			saved.flatMap(({ load }) => load.keys),
			position
		);
		const rooms = outbox.waiting.current.rooms;
		await this.#settled(
			new Map(saved.filter(({ load }) => !rooms.has(load.room)).map(({ load, seq }) => [load.room, seq]))
		);
	}

	#position(seq: number): Position | undefined {
		const { welcome } = this.#contact;
		return welcome && { incarnation: welcome.incarnation, seq };
	}

	/** Room by room. An edit may build on one of a living tab that is on its way too, so all rows of a room go together. */
	async *#loads(isGone: (writer: string) => boolean): AsyncGenerator<Load> {
		const unstored = Map.groupBy(this.#stores.outbox.unstoredRows(), (row) => row.room);
		let after: OutboxKey | undefined;
		let rest: OutboxRow[] = [];
		for (;;) {
			const page = await this.#stores.outbox.rowsAfter(after, PAGE);
			const rows = [...rest, ...page];
			const isLast = page.length < PAGE;
			const last = rows.at(-1);
			// The last room of a page may go on in the next one.
			rest = isLast ? [] : rows.filter((row) => row.room === last?.room);
			const whole = isLast ? rows : rows.filter((row) => row.room !== last?.room);
			for (const [room, found] of Map.groupBy(whole, (row) => row.room)) {
				const load = loadOf(room, [...found, ...(unstored.get(room) ?? [])], isGone);
				unstored.delete(room);
				if (load) yield load;
			}
			if (isLast || !last) break;
			after = [last.room, last.writer, last.n];
		}
		for (const [room, rows] of unstored) {
			const load = loadOf(room, rows, isGone);
			if (load) yield load;
		}
	}

	/** The edits build on something that the relay lacks too, and only the document's own database has it. */
	async #wholeOf(torn: readonly Load[]): Promise<Load[]> {
		const whole: Load[] = [];
		for (const load of torn) {
			const { doc } = await loadLocalContent(this.#stores, this.#stores.owner, load.room);
			load.update = Y.encodeStateAsUpdate(doc);
			doc.destroy();
			whole.push(load);
		}
		return whole;
	}
}

function loadOf(
	room: RoomName,
	rows: readonly OutboxRow[],
	isGone: (writer: string) => boolean
): Load | undefined {
	const orphans = rows.filter((row) => isGone(row.writer));
	if (orphans.length === 0) return undefined;
	const [first, ...others] = rows;
	const update = first && others.length === 0 ? first.update : Y.mergeUpdates(rows.map((row) => row.update));
	return { room, update, keys: orphans.map((row) => [row.room, row.writer, row.n]) };
}
