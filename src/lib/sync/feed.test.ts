import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { EntryRow } from '#core/documents/row.ts';
import { newId, type MemberId, type PartyId, type RoomName } from '#core/model/id.ts';
import type { FeedDelta, FeedPage, Position } from '#core/protocol/messages.ts';
import { IndexFeed, type FeedSink, type FeedStep } from './feed.ts';
import { MuxLink } from './mux-link.ts';
import { ALICE, ScriptedSocket, WORKSPACE } from './scripted-socket.fixture.ts';

const party = newId<PartyId>();
const row = (seq: number): EntryRow => ({
	kind: 'entry',
	id: `E${seq}`,
	room: `${WORKSPACE}/party/${party}` as RoomName,
	seq,
	party,
	at: 0,
	by: newId<MemberId>(),
	facts: { kind: 'note', title: `note ${seq}`, excerpt: '' }
});
const at = (seq: number, incarnation = 'i1'): Position => ({ incarnation, seq });
const page = (from: number, upTo: number, more = false, reset = false): FeedPage => ({
	position: at(upTo),
	reset,
	more,
	rows: Array.from({ length: upTo - from }, (_, index) => row(from + index + 1)),
	gone: []
});
const delta = (after: number, upTo: number): FeedDelta => ({
	after: at(after),
	position: at(upTo),
	rows: [row(upTo)],
	gone: []
});

/** Rows in memory; as honest as a store must be. */
class Rows implements FeedSink {
	here: Position | undefined;
	readonly steps: FeedStep[] = [];
	ids = new Set<string>();
	isFull = false;
	#isBusy = false;

	position(): Promise<Position | undefined> {
		return Promise.resolve(this.here);
	}

	async apply(step: FeedStep): Promise<void> {
		if (this.#isBusy) throw new Error('two steps at once');
		if (this.isFull) throw new Error('quota');
		this.#isBusy = true;
		await Promise.resolve();
		this.#isBusy = false;
		this.steps.push(step);
		if (step.reset) this.ids = new Set();
		for (const { id } of step.rows) this.ids.add(id);
		this.here = step.position;
	}
}

let link: MuxLink;
let rows: Rows;
let feed: IndexFeed;
let asked: string[];
let pages: (FeedPage | 'broken')[];
/** Holds pages back while set. */
let gate: Promise<void> | undefined;

beforeEach(() => {
	vi.useFakeTimers();
	ScriptedSocket.all.length = 0;
	asked = [];
	pages = [];
	gate = undefined;
	link = new MuxLink({
		url: 'ws://relay.test/sync',
		workspace: WORKSPACE,
		member: ALICE,
		connect: ScriptedSocket.connect
	});
	rows = new Rows();
	const reply = async (url: string | URL | Request): Promise<Response> => {
		asked.push(String(url).replace('http://relay.test', ''));
		await gate;
		const next = pages.shift();
		if (next === undefined || next === 'broken') throw new TypeError('network');
		return Response.json(next);
	};
	feed = new IndexFeed(link, { base: 'http://relay.test', fetch: reply }, rows);
	link.start();
	feed.start();
});
afterEach(() => {
	feed.stop();
	link.stop();
	vi.useRealTimers();
});

const settle = (): Promise<unknown> => vi.advanceTimersByTimeAsync(1);
const say = (...deltas: FeedDelta[]): void =>
	ScriptedSocket.last.say(...deltas.map((one) => ({ kind: 'feed' as const, json: JSON.stringify(one) })));

async function connect(...first: (FeedPage | 'broken')[]): Promise<void> {
	pages.push(...first);
	ScriptedSocket.last.welcome();
	await settle();
}

describe('the index feed', () => {
	it('26. takes pages until there are no more, then live steps', async () => {
		expect(feed.state.current).toEqual({ state: 'waiting' });
		await connect(page(0, 2, true), page(2, 3));
		expect(asked).toEqual(['/api/index?since=0', '/api/index?incarnation=i1&since=2']);
		expect(feed.state.current).toEqual({ state: 'current' });
		say(delta(3, 4), delta(4, 6));
		await settle();
		expect(rows.here).toEqual(at(6));
		expect(rows.ids).toEqual(new Set(['E1', 'E2', 'E3', 'E4', 'E6']));
		expect(asked).toHaveLength(2);
	});

	it('26. steps that come while pages are fetched are neither lost nor taken twice', async () => {
		let open = (): void => undefined;
		gate = new Promise((resolve) => (open = resolve));
		await connect(page(0, 5));
		say(delta(3, 4), delta(4, 5), delta(5, 7));
		open();
		await settle();
		expect(rows.here).toEqual(at(7));
		expect(rows.steps.map(({ position }) => position.seq)).toEqual([5, 7]);
	});

	it('26. a step that does not follow is not applied: pages again', async () => {
		await connect(page(0, 3));
		pages.push(page(3, 9));
		say(delta(8, 9));
		await settle();
		expect(asked.at(-1)).toBe('/api/index?incarnation=i1&since=3');
		expect(rows.here).toEqual(at(9));
		expect(rows.ids.size).toBe(9);
	});

	it('12. a relay that does not know the position has all rows replaced', async () => {
		rows.here = at(50, 'i0');
		rows.ids.add('E50');
		await connect(page(0, 2, false, true));
		expect(asked).toEqual(['/api/index?incarnation=i0&since=50']);
		expect(rows.ids).toEqual(new Set(['E1', 'E2']));
	});

	it('26. after each connection it catches up', async () => {
		await connect(page(0, 1));
		ScriptedSocket.last.drop();
		expect(feed.state.current).toEqual({ state: 'waiting' });
		link.kick();
		await connect(page(1, 4));
		expect(rows.here).toEqual(at(4));
		expect(feed.state.current).toEqual({ state: 'current' });
	});

	it('26. pages that do not come, or that are no pages, are asked for again', async () => {
		await connect('broken', { nonsense: true } as unknown as FeedPage, page(0, 1));
		expect(feed.state.current).toEqual({ state: 'failed', why: 'unreachable' });
		await vi.advanceTimersByTimeAsync(10_000);
		expect(feed.state.current).toEqual({ state: 'current' });
		expect(rows.here).toEqual(at(1));
	});

	it('22. a store that is full is said to be, and tried again, and the relay is not flooded', async () => {
		rows.isFull = true;
		await connect(page(0, 1));
		await vi.advanceTimersByTimeAsync(0);
		expect(feed.state.current).toEqual({ state: 'failed', why: 'sink', cause: new Error('quota') });
		say(delta(1, 2), delta(2, 3));
		await settle();
		expect(asked).toHaveLength(1);
		rows.isFull = false;
		pages.push(page(0, 3));
		await vi.advanceTimersByTimeAsync(10_000);
		expect(rows.here).toEqual(at(3));
	});

	it('26. a flood of steps while pages are fetched is bounded, and nothing is missing after it', async () => {
		let open = (): void => undefined;
		gate = new Promise((resolve) => (open = resolve));
		await connect(page(0, 1), page(1, 700));
		for (let seq = 1; seq < 700; seq++) say(delta(seq, seq + 1));
		open();
		await settle();
		expect(rows.here).toEqual(at(700));
		expect(rows.ids.size).toBe(700);
	});
});
