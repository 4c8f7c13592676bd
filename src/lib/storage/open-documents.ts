import { IndexeddbPersistence } from 'y-indexeddb';
import type { Doc } from 'yjs';
import type { MemberId, RoomName } from '#core/model/id.ts';
import { OPEN_TIMEOUT_MS } from './database.ts';
import type { Generations } from './generations.ts';
import { documentDatabase } from './names.ts';

/** How an open document is kept beside the outbox. */
export type Keeping =
	| { state: 'kept'; generation: number }
	/** Its database failed and another generation is in use. */
	| { state: 'recovered'; generation: number }
	/** No database of it works; the outbox and the relay have to do. */
	| { state: 'notKept'; generation: number };

/**
 * An unmodified y-indexeddb under one open document, with what it lacks (rule 24): it gives up after a time,
 * goes on under a new generation, and is deleted when the document is folded away.
 */
export class DocumentKeeper {
	readonly #doc: Doc;
	readonly #member: MemberId;
	readonly #room: RoomName;
	readonly #generations: Generations;
	readonly #timeout: number;
	#persistence: IndexeddbPersistence | undefined;

	constructor(
		doc: Doc,
		place: { member: MemberId; room: RoomName; generations: Generations },
		timeout = OPEN_TIMEOUT_MS
	) {
		this.#doc = doc;
		this.#member = place.member;
		this.#room = place.room;
		this.#generations = place.generations;
		this.#timeout = timeout;
	}

	/** Begins to keep the document; resolves when what it holds now is written. */
	async start(): Promise<Keeping> {
		const generation = this.#generations.of(this.#room);
		if (await this.#open(generation)) return { state: 'kept', generation };
		const next = this.#generations.bump(this.#room, generation);
		if (await this.#open(next)) return { state: 'recovered', generation: next };
		return { state: 'notKept', generation: next };
	}

	/** Lets go of the database; it stays. */
	async stop(): Promise<void> {
		const persistence = this.#persistence;
		this.#persistence = undefined;
		await persistence?.destroy();
	}

	async #open(generation: number): Promise<boolean> {
		await this.stop();
		const name = documentDatabase(this.#member, this.#room, generation);
		const persistence = new IndexeddbPersistence(name, this.#doc);
		const isSynced = await Promise.race([
			persistence.whenSynced.then(() => true),
			new Promise<false>((resolve) => setTimeout(() => resolve(false), this.#timeout))
		]);
		if (isSynced) {
			this.#persistence = persistence;
			return true;
		}
		// Its promise may never settle, or reject with what made us give up: nobody waits for it.
		persistence.destroy().catch(() => undefined);
		return false;
	}
}
