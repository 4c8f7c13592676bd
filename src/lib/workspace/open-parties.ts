import type { PartyId, RoomName } from '#core/model/id.ts';
import { partyRoom } from '#core/protocol/room.ts';
import { Value, type Source } from '../storage/source.ts';
import type { OpenParty, OpenResult } from './open-party.ts';
import { OpenedParty, type Surroundings } from './opened-party.ts';
import type { Delay } from './sync-summary.ts';

/** Documents that one tab has open at most (rule 1). */
const MOST_OPEN = 50;

type Slot = { opening: Promise<OpenedParty>; opened: OpenedParty | undefined; users: number };

/** The documents that are on screen in this tab: each once, however often it is shown. */
export class OpenParties {
	readonly #around: Surroundings;
	readonly #closed: (room: RoomName) => Promise<void>;
	readonly #slots = new Map<RoomName, Slot>();
	/** Closings that are under way: a document is not read while its last writes are on their way. */
	readonly #closing = new Map<RoomName, Promise<void>>();
	readonly #areSaved = new Value(true);
	readonly #delay = new Value<Delay | undefined>(undefined);

	/** `closed` is told of each document that nothing shows any more. */
	constructor(around: Surroundings, closed: (room: RoomName) => Promise<void>) {
		this.#around = around;
		this.#closed = closed;
	}

	/** Every open document is confirmed by the relay on this connection. */
	get areSaved(): Source<boolean> {
		return this.#areSaved;
	}

	/** Why the relay puts off the edits of an open document; undefined when it does not. */
	get delay(): Source<Delay | undefined> {
		return this.#delay;
	}

	isOpen(room: RoomName): boolean {
		return this.#slots.has(room);
	}

	/** Opens a party or takes part in an open one. */
	async open(party: PartyId): Promise<OpenResult> {
		const room = partyRoom(this.#around.stores.owner.workspace, party);
		await this.#closing.get(room);
		const slot = this.#slots.get(room) ?? this.#begin(party, room);
		if (!slot) return { state: 'tooManyOpen' };
		slot.users++;
		const opened = await slot.opening;
		const state = opened.isKnown || opened.document.exists ? 'open' : await this.#ask(opened);
		if (state === 'open') return { state, party: this.#handle(room, slot, opened) };
		await this.#leave(room, slot);
		return { state };
	}

	async closeAll(): Promise<void> {
		await Promise.all([...this.#slots].map(([room, slot]) => this.#end(room, slot)));
		await Promise.all(this.#closing.values());
	}

	#begin(party: PartyId, room: RoomName): Slot | undefined {
		if (this.#slots.size >= MOST_OPEN) return undefined;
		const slot: Slot = { opening: OpenedParty.open(this.#around, party, room), opened: undefined, users: 0 };
		this.#slots.set(room, slot);
		void slot.opening.then(
			(opened) => {
				slot.opened = opened;
				opened.state.observe(() => this.#tell());
				this.#tell();
			},
			() => this.#slots.delete(room)
		);
		return slot;
	}

	/** Nothing of it is on this device: only the relay can tell. */
	#ask(opened: OpenedParty): Promise<'open' | 'notOnDevice' | 'unknown'> {
		const { contact } = this.#around;
		if (!contact.isOnline) contact.kick();
		return new Promise((resolve) => {
			const stops: (() => void)[] = [];
			const look = (): void => {
				const answer = opened.document.exists
					? 'open'
					: opened.heard.current
						? 'unknown'
						: contact.standing.current.state === 'away'
							? 'notOnDevice'
							: undefined;
				if (!answer) return;
				for (const stop of stops.splice(0)) stop();
				resolve(answer);
			};
			stops.push(
				opened.heard.observe(look),
				contact.standing.observe(look),
				opened.document.observe('record', look)
			);
			look();
		});
	}

	#handle(room: RoomName, slot: Slot, opened: OpenedParty): OpenParty {
		let isClosed = false;
		return {
			party: opened.party,
			room,
			document: opened.document,
			doc: opened.doc,
			state: opened.state,
			notices: opened.notices,
			present: opened.present,
			get awareness() {
				return opened.awareness;
			},
			setPresence: (field, value) => opened.setPresence(field, value),
			nameOf: (client) => opened.nameOf(client),
			editField: (field, value) => opened.editField(field, value),
			leaveField: (field) => opened.leaveField(field),
			retry: () => opened.retry(),
			close: async () => {
				if (isClosed) return;
				isClosed = true;
				await this.#leave(room, slot);
			}
		};
	}

	async #leave(room: RoomName, slot: Slot): Promise<void> {
		slot.users--;
		if (slot.users === 0 && this.#slots.get(room) === slot) await this.#end(room, slot);
	}

	async #end(room: RoomName, slot: Slot): Promise<void> {
		this.#slots.delete(room);
		const closing = slot.opening.then((opened) => opened.close()).then(() => this.#closed(room));
		this.#closing.set(room, closing);
		try {
			await closing;
		} finally {
			if (this.#closing.get(room) === closing) this.#closing.delete(room);
			this.#tell();
		}
	}

	#tell(): void {
		const opened = [...this.#slots.values()].flatMap((slot) => slot.opened ?? []);
		const states = opened.map(({ state }) => state.current);
		this.#delay.set(states.flatMap((state) => ('because' in state ? (state.because ?? []) : []))[0]);
		this.#areSaved.set(states.every(({ state }) => state === 'saved'));
	}
}
