import type { RoomName } from '#core/model/id.ts';
import type { Writer } from '../rooms/writer.ts';
import type { Reader } from './reader.ts';

/**
 * Compacts rooms whose tail has become long, one at a time: built by the reader thread, put in place by the writer
 * thread. A failure is told and costs nothing: the rows stay, and the next write asks again.
 */
export class Compactor {
	readonly #writer: Writer;
	readonly #reader: Reader;
	readonly #onError: (room: RoomName, error: unknown) => void;
	readonly #queue = new Set<RoomName>();
	#running: Promise<void> = Promise.resolve();
	#isIdle = true;

	constructor(writer: Writer, reader: Reader, onError: (room: RoomName, error: unknown) => void) {
		this.#writer = writer;
		this.#reader = reader;
		this.#onError = onError;
		writer.onLongTails = (rooms) => {
			for (const room of rooms) this.#queue.add(room);
			if (!this.#isIdle) return;
			this.#isIdle = false;
			this.#running = this.#run();
		};
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
			try {
				const compaction = await this.#reader.ask('buildCompaction', room);
				if (compaction) await this.#writer.compact(compaction);
			} catch (error) {
				this.#onError(room, error);
			}
		}
		this.#isIdle = true;
	}
}
