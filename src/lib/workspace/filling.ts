import * as Y from 'yjs';
import type { RoomName } from '#core/model/id.ts';
import type { Position } from '#core/protocol/messages.ts';
import { StorageError, toStorageError, type StorageFailure } from '../storage/failure.ts';
import { documentDatabases, documentOf, loadLocalContent } from '../storage/local-content.ts';
import { documentDatabase, parseDocumentDatabase, pullLock } from '../storage/names.ts';
import { Value, type Source } from '../storage/source.ts';
import { reportFault } from '../sync/fault.ts';
import { heal } from '../sync/heal.ts';
import { pull, type PulledRoom } from '../sync/pull.ts';
import type { Line } from './contact.ts';
import type { Stores } from './stores.ts';

/** How much of the workspace is on this device, so that it opens without a network. */
export type Coverage =
	/** All of it, as of the last contact. */
	| { state: 'complete'; documents: number }
	| { state: 'filling'; documents: number }
	/** The device can't hold it. */
	| { state: 'failed'; failure: StorageFailure };

type Listener = {
	/** Rooms whose shelf has more now. */
	pulled: (rooms: readonly RoomName[]) => Promise<void>;
	/** The relay had been put back to an older state; so many documents it had lost were sent again. */
	healed: (documents: number) => void;
};

const RETRY_MS = 10_000;
const BATCH = 100;

/** Fills the shelf with all documents, under a Web Lock, and goes on where it was cut off (rules 12 and 22). */
export class Filling {
	readonly #stores: Stores;
	readonly #contact: Line;
	readonly #listener: Listener;
	readonly #coverage = new Value<Coverage>({ state: 'filling', documents: 0 });
	#running: Promise<void> | undefined;
	#isWanted = false;
	#retry: ReturnType<typeof setTimeout> | undefined;
	#isClosed = false;

	constructor(stores: Stores, contact: Line, listener: Listener) {
		this.#stores = stores;
		this.#contact = contact;
		this.#listener = listener;
	}

	get coverage(): Source<Coverage> {
		return this.#coverage;
	}

	/** Tells what the disk has, before there is any contact. */
	async begin(): Promise<void> {
		try {
			const { shelf } = this.#stores;
			const [known, documents] = await Promise.all([shelf.known(), shelf.count()]);
			this.#coverage.set({ state: known ? 'complete' : 'filling', documents });
		} catch (cause) {
			this.#coverage.set({ state: 'failed', failure: toStorageError(cause).failure });
		}
	}

	/** Others have made parties that are not on this device yet. */
	expect(): void {
		const { current } = this.#coverage;
		if (current.state === 'complete') this.#coverage.set({ ...current, state: 'filling' });
	}

	/** Fetches what is new; resolves when everything up to now is here, or this round failed. */
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
			if (!this.#contact.isOnline) return;
			try {
				if (!this.#contact.isAgreed) await this.#compareLogs();
				const isDone = await navigator.locks.request(pullLock(this.#stores.owner), () => this.#fill());
				if (!isDone) this.#retryLater();
			} catch (cause) {
				if (!(cause instanceof StorageError)) reportFault(cause);
				// A device that can't read what it has seen has nothing to compare, and must not keep its edits to itself.
				else this.#contact.agree();
				this.#coverage.set({ state: 'failed', failure: toStorageError(cause).failure });
				this.#retryLater();
			}
		}
	}

	#retryLater(): void {
		if (this.#isClosed) return;
		clearTimeout(this.#retry);
		this.#retry = setTimeout(() => void this.run(), RETRY_MS);
	}

	/** False when it must be tried again. */
	async #fill(): Promise<boolean> {
		const { shelf, outbox } = this.#stores;
		const known = await shelf.known();
		const seen = await outbox.seen();
		// Sequence numbers beyond the last complete pull mean something only while the relay knows that far.
		if (seen && seen.seq > (known?.seq ?? 0)) {
			const verdict = await this.#verdictOn(seen);
			if (verdict === 'forgotten') return this.#heal(seen);
			if (verdict === 'unreachable') return false;
		}
		const have = await shelf.further(known);
		if (!known) this.#coverage.set({ state: 'filling', documents: have.size });
		const answer = await pull(this.#contact.api, { known, have }, (rooms) => this.#take(rooms, !known));
		if (answer.state !== 'ok') return false;
		const { state, position } = answer.value;
		if (state === 'diverged') return this.#heal(known ?? position);
		this.#contact.agree();
		await shelf.complete(position);
		await outbox.see(position);
		this.#coverage.set({ state: 'complete', documents: await shelf.count() });
		return true;
	}

	async #take(rooms: PulledRoom[], isFirst: boolean): Promise<void> {
		await this.#stores.shelf.receive(rooms);
		const seq = Math.max(...rooms.map((room) => room.seq));
		const { welcome } = this.#contact;
		if (welcome) await this.#stores.outbox.see({ incarnation: welcome.incarnation, seq });
		if (isFirst) this.#coverage.set({ state: 'filling', documents: await this.#stores.shelf.count() });
		await this.#listener.pulled(rooms.map(({ room }) => room));
	}

	/** Lets channels open when the log is the one we know; a forgotten position is left to the pull, which heals. */
	async #compareLogs(): Promise<void> {
		const { shelf, outbox } = this.#stores;
		for (const position of [await outbox.seen(), await shelf.known()])
			if (position && (await this.#verdictOn(position)) !== 'known') return;
		this.#contact.agree();
	}

	/** Asks whether the relay knows a position, and reads no more of the answer than that. */
	async #verdictOn(position: Position): Promise<'known' | 'forgotten' | 'unreachable'> {
		if (this.#contact.welcome?.incarnation === position.incarnation) return 'known';
		const stop = new AbortController();
		const signals = this.#contact.api.signal ? [this.#contact.api.signal, stop.signal] : [stop.signal];
		const api = { ...this.#contact.api, signal: AbortSignal.any(signals) };
		let hasMore = false;
		const answer = await pull(api, { known: position, have: new Map() }, () => {
			hasMore = true;
			stop.abort();
			return Promise.resolve();
		});
		if (hasMore) return 'known';
		if (answer.state !== 'ok') return 'unreachable';
		return answer.value.state === 'diverged' ? 'forgotten' : 'known';
	}

	/** The relay was put back to before `lost`: it gets again what it lacks, and all numbers are learnt anew. */
	async #heal(lost: Position): Promise<boolean> {
		const answer = await heal(
			this.#contact.api,
			{ snapshots: () => this.#snapshots(), content: (room) => this.#content(room) },
			lost
		);
		if (answer.state !== 'ok') return false;
		const { have, restored } = answer.value;
		await this.#stores.shelf.restart(have);
		this.#contact.agree();
		const { welcome } = this.#contact;
		if (welcome) await this.#stores.outbox.see({ incarnation: welcome.incarnation, seq: welcome.head }, true);
		// What only waits to be sent for the first time was not lost by the relay.
		const waiting = this.#stores.outbox.waiting.current.rooms;
		this.#listener.healed(restored.filter((room) => !waiting.has(room)).length);
		// Now with true numbers.
		this.#isWanted = true;
		return true;
	}

	async *#snapshots(): AsyncGenerator<{ room: RoomName; snapshot: Uint8Array }> {
		const { outbox, shelf, owner, generations } = this.#stores;
		const databases = await documentDatabases();
		const { rooms, refused } = outbox.waiting.current;
		for await (const room of this.#rooms()) {
			const database = documentDatabase(owner.member, room, generations.of(room));
			const isShelved = !rooms.has(room) && !refused.has(room) && !databases.has(database);
			const doc = isShelved
				? documentOf((await shelf.get(room))?.updates ?? [])
				: (await loadLocalContent(this.#stores, owner, room, databases)).doc;
			yield { room, snapshot: Y.encodeSnapshot(Y.snapshot(doc)) };
			doc.destroy();
		}
	}

	async #content(room: RoomName): Promise<Uint8Array | undefined> {
		const { doc, isKnown } = await loadLocalContent(this.#stores, this.#stores.owner, room);
		const content = isKnown ? Y.encodeStateAsUpdate(doc) : undefined;
		doc.destroy();
		return content;
	}

	/** Every document of which this device has anything. */
	async *#rooms(): AsyncGenerator<RoomName> {
		const { shelf, outbox, owner } = this.#stores;
		const more = new Set<RoomName>(outbox.waiting.current.rooms.keys());
		for (const name of await documentDatabases()) {
			const kept = parseDocumentDatabase(name);
			if (kept?.member === owner.member && kept.room.startsWith(`${owner.workspace}/`)) more.add(kept.room);
		}
		let last: RoomName | undefined;
		for (;;) {
			const batch = await shelf.after(last, BATCH);
			for (const { room } of batch) {
				more.delete(room);
				yield room;
			}
			last = batch.at(-1)?.room;
			if (batch.length < BATCH) break;
		}
		yield* more;
	}
}
