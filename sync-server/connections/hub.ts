import type { MemberId, RoomName } from '#core/model/id.ts';
import type { ClaimResult, Writer, WriteRequest, WriteResult } from '../rooms/writer.ts';
import { LiveRoom, type Delta } from './live-room.ts';
import type { RoomSession } from './room-session.ts';
import type { Subscriber } from './subscriber.ts';

/** A write that came back from the log; nobody's session when it came by push. */
type Settled = { room: RoomName; session: RoomSession | undefined; bytes: number; result: WriteResult };

/** A room's content as far as a peer lacks it, whole up to `seq`, and the relay's own state vector. */
export type Content = { seq: number; updates: Uint8Array[]; stateVector: Uint8Array };

/** Reads content in a thread of its own; rejects when the disk does not give it. */
export type ReadContent = (room: RoomName, stateVector: Uint8Array) => Promise<Content>;

/** Rooms that are open, and the way of every write to the log and back to those who must hear of it. */
export class Hub {
	readonly #writer: Pick<Writer, 'write' | 'claim'>;
	readonly #read: ReadContent;
	/** Called after each commit that brought anything new. */
	onCommit: () => void = () => undefined;
	readonly #nameOf: (member: MemberId) => string;
	readonly #rooms = new Map<RoomName, LiveRoom>();
	#settled: Settled[] = [];
	#lastChannel = 0;

	constructor(
		writer: Pick<Writer, 'write' | 'claim'>,
		read: ReadContent,
		nameOf: (member: MemberId) => string
	) {
		this.#writer = writer;
		this.#read = read;
		this.#nameOf = nameOf;
	}

	/** The highest channel number given out so far. */
	get lastChannel(): number {
		return this.#lastChannel;
	}

	get openRooms(): number {
		return this.#rooms.size;
	}

	/** The room, with the number that all its subscribers know it by. A number is never used for another room. */
	room(name: RoomName): LiveRoom {
		const open = this.#rooms.get(name);
		if (open) return open;
		const made = new LiveRoom(name, ++this.#lastChannel, ({ member }) => this.#nameOf(member));
		this.#rooms.set(name, made);
		return made;
	}

	leave(room: LiveRoom, subscriber: Subscriber): void {
		room.leave(subscriber);
		if (room.subscribers.size === 0 && this.#rooms.get(room.name) === room) this.#rooms.delete(room.name);
	}

	/** Tells all rooms where the member is what its name is now. */
	introduce(member: MemberId): void {
		for (const room of this.#rooms.values()) room.introduce(member);
	}

	claim(room: RoomName, client: number, member: MemberId): Promise<ClaimResult> {
		return this.#writer.claim(room, client, member);
	}

	read(room: RoomName, stateVector: Uint8Array): Promise<Content> {
		return this.#read(room, stateVector);
	}

	/** A session's write. Its outcome goes to the session, what was new in it to everybody else in the room. */
	write(session: RoomSession, update: Uint8Array, kind: WriteRequest['kind']): void {
		const room = session.room.name;
		// A copy of its own: a view would carry the whole receive buffer to the other thread.
		const bytes = update.slice();
		void this.#writer
			.write({ room, update: bytes, kind, member: session.member, vouched: false })
			.then((result) => this.#collect({ room, session, bytes: bytes.length, result }));
	}

	/** One item of a push. */
	async push(room: RoomName, update: Uint8Array, member: MemberId, vouched: boolean): Promise<WriteResult> {
		const bytes = update.slice();
		const result = await this.#writer.write({ room, update: bytes, kind: 'push', member, vouched });
		this.#collect({ room, session: undefined, bytes: bytes.length, result });
		return result;
	}

	/** The results of one commit arrive in one task; they are handled together when its last one is in. */
	#collect(settled: Settled): void {
		if (this.#settled.push(settled) === 1) queueMicrotask(() => this.#settle());
	}

	#settle(): void {
		const batch = this.#settled;
		this.#settled = [];
		const deltas = new Map<RoomName, Delta[]>();
		let isNew = false;
		for (const { room, session, bytes, result } of batch) {
			session?.settle(result, bytes);
			if (result.state !== 'saved' || !result.delta) continue;
			isNew = true;
			if (!this.#rooms.has(room)) continue;
			const delta = { update: result.delta, from: session };
			const others = deltas.get(room);
			if (others) others.push(delta);
			else deltas.set(room, [delta]);
		}
		for (const [room, of] of deltas) this.#rooms.get(room)?.publish(of);
		if (isNew) this.onCommit();
	}
}
