import type { RoomName } from '#core/model/id.ts';
import type { Writer } from '../rooms/writer.ts';
import type { Reader } from './reader.ts';

/** Ms that a room rests after its compaction failed. */
const REST_MS = 60_000;

/**
 * Compacts rooms whose tail has become long, one at a time: built by the reader thread, put in place by the writer
 * thread. A failure is told and costs nothing: the rows stay, and a later write asks again.
 */
export class Compactor {
	readonly #writer: Writer;
	readonly #reader: Reader;
	readonly #onError: (room: RoomName, error: unknown) => void;
	readonly #queue = new Set<RoomName>();
	#inWork: RoomName | undefined;
	/** Rooms whose compaction failed, and from when on it may be tried again, ms since the epoch. */
	readonly #rests = new Map<RoomName, number>();
	#running: Promise<void> = Promise.resolve();
	#isIdle = true;

	constructor(writer: Writer, reader: Reader, onError: (room: RoomName, error: unknown) => void) {
		this.#writer = writer;
		this.#reader = reader;
		this.#onError = onError;
		writer.onLongTails = (rooms) => {
			for (const room of rooms) this.#add(room);
			if (!this.#isIdle) return;
			this.#isIdle = false;
			this.#running = this.#run();
		};
	}

	/** A room in work is told again and again until its tail is short; one that failed would be, with each write. */
	#add(room: RoomName): void {
		if (room === this.#inWork || (this.#rests.get(room) ?? 0) > Date.now()) return;
		this.#rests.delete(room);
		this.#queue.add(room);
	}

	/** Takes no more rooms and waits for the one in work. */
	async close(): Promise<void> {
		this.#writer.onLongTails = () => undefined;
		this.#queue.clear();
		await this.#running;
	}

	async #run(): Promise<void> {
		for (const room of this.#queue) {
			this.#queue.delete(room);
			this.#inWork = room;
			try {
				const compaction = await this.#reader.ask('buildCompaction', room);
				const result = compaction && (await this.#writer.compact(compaction));
				if (result?.state === 'refused') throw new Error(result.reason);
			} catch (error) {
				this.#rests.set(room, Date.now() + REST_MS);
				this.#onError(room, error);
			}
			this.#inWork = undefined;
		}
		this.#isIdle = true;
	}
}
