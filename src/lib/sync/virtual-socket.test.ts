import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

// Before lib0 is loaded: it keeps the Date.now that it finds, and the provider's watchdog reads that.
vi.hoisted(() => vi.useFakeTimers());

import * as Y from 'yjs';
import { newId, type PartyId } from '#core/model/id.ts';
import { MAX_UPDATE_BYTES } from '#core/protocol/limits.ts';
import type { RefusalReason } from '#core/protocol/refusal.ts';
import { partyRoom } from '#core/protocol/room.ts';
import { openDocumentSync, type DocumentSync } from './document-sync.ts';
import { MuxLink } from './mux-link.ts';
import { ALICE, ScriptedSocket, WORKSPACE } from './scripted-socket.fixture.ts';
import { MuxSocket } from './virtual-socket.ts';

const sockets = ScriptedSocket.all;
let link: MuxLink;
let doc: Y.Doc;
let sync: DocumentSync;
let refusals: RefusalReason[];

beforeEach(() => {
	sockets.length = 0;
	refusals = [];
	link = new MuxLink({
		url: 'ws://relay.test/sync',
		workspace: WORKSPACE,
		member: ALICE,
		connect: ScriptedSocket.connect,
		random: () => 0.5
	});
	link.start();
	doc = new Y.Doc();
	sync = openDocumentSync({
		doc,
		room: partyRoom(WORKSPACE, newId<PartyId>()),
		link,
		member: ALICE,
		generation: 1,
		localLog: { last: 0, settle: () => undefined, refuse: (reason) => refusals.push(reason) },
		bc: false
	});
});
afterEach(() => {
	sync.close();
	doc.destroy();
	link.stop();
	vi.clearAllTimers();
});

const opens = (socket = ScriptedSocket.last): number =>
	socket.heard.filter(({ kind }) => kind === 'open').length;

describe('a stock provider over a virtual socket', () => {
	it('2. stays for an hour on a relay that has nothing to say, fed with signs of life', async () => {
		ScriptedSocket.last.welcome();
		await vi.advanceTimersByTimeAsync(3_600_000);
		expect(sockets).toHaveLength(1);
		expect(opens()).toBe(1);
		expect(ScriptedSocket.last.heard.filter(({ kind }) => kind === 'close')).toEqual([]);
	});

	it('2. survives a tab whose timers run once a minute', async () => {
		ScriptedSocket.last.welcome();
		// Timers of 2.5 and 3 s meet every 15 s, as throttled timers do at every wake-up; then the clock jumps.
		for (let minute = 0; minute < 10; minute++) {
			await vi.advanceTimersByTimeAsync(15_000);
			vi.setSystemTime(Date.now() + 60_000);
		}
		expect(opens()).toBe(1);
	});

	it('2. waits for the link without spinning, and is up as soon as it is', async () => {
		const attach = vi.spyOn(link, 'attach');
		ScriptedSocket.last.drop();
		for (let minute = 0; minute < 10; minute++) {
			await vi.advanceTimersByTimeAsync(60_000);
			if (link.current.state === 'connecting') ScriptedSocket.last.drop();
		}
		expect(attach).toHaveBeenCalledTimes(0);
		link.kick();
		ScriptedSocket.last.welcome();
		await vi.advanceTimersByTimeAsync(0);
		expect(opens()).toBe(1);
		ScriptedSocket.last.drop();
		await vi.advanceTimersByTimeAsync(60_000);
		expect(attach).toHaveBeenCalledTimes(1);
	});

	it('2. "not now" of the relay is waited for, longer each time, not asked again every 100 ms', async () => {
		const socket = ScriptedSocket.last;
		socket.welcome();
		socket.isAlive = false;
		await vi.advanceTimersByTimeAsync(0);
		const times: number[] = [];
		for (let turn = 0; turn < 6; turn++) {
			const asked = socket.heard.findLast((frame) => frame.kind === 'open');
			times.push(Date.now());
			socket.say({ kind: 'openRefused', request: asked?.request ?? 0, reason: 'unavailable' });
			const before = opens(socket);
			for (let ms = 0; opens(socket) === before && ms < 60_000; ms += 100) {
				socket.say({
					kind: 'feed',
					json: '{"after":{"incarnation":"","seq":0},"position":{"incarnation":"","seq":0},"rows":[],"gone":[]}'
				});
				await vi.advanceTimersByTimeAsync(100);
			}
		}
		const waits = times.slice(1).map((at, turn) => at - (times[turn] ?? 0));
		expect(waits).toEqual([1000, 2000, 4000, 8000, 15000]);
		expect(sync.state.current).toMatchObject({ state: 'refused', reason: 'unavailable' });
	});

	it('25. a write that is refused for now is tried again, later each time', async () => {
		const socket = ScriptedSocket.last;
		socket.welcome();
		await vi.advanceTimersByTimeAsync(0);
		const waits: number[] = [];
		for (let turn = 1; turn <= 5; turn++) {
			const asked = socket.heard.findLast((frame) => frame.kind === 'open');
			socket.say({ kind: 'refused', channel: asked?.request ?? 0, count: 1, reason: 'diskFull' });
			const from = Date.now();
			while (opens(socket) === turn && Date.now() - from < 60_000) await vi.advanceTimersByTimeAsync(50);
			waits.push(Date.now() - from);
		}
		expect(waits.map((ms) => Math.round(ms / 1000))).toEqual([1, 2, 4, 8, 15]);
		expect(refusals).toEqual([]);
	});

	it('2. no more is under way than the relay confirms, so that a keystroke finds room', async () => {
		const socket = ScriptedSocket.last;
		socket.welcome();
		await vi.advanceTimersByTimeAsync(0);
		socket.isAlive = false;
		doc.getMap('record').set('remarks', 'x'.repeat(5 * 1024 * 1024));
		await vi.advanceTimersByTimeAsync(0);
		const parts = (): number => socket.heard.filter(({ kind }) => kind === 'part').length;
		expect(parts()).toBe(4);
		const asked = socket.heard.findLast((frame) => frame.kind === 'ping');
		socket.say({ kind: 'pong', nonce: asked?.nonce ?? 0 });
		await vi.advanceTimersByTimeAsync(0);
		expect(parts()).toBe(8);
	});

	it('18. a session that ended closes the document; it is opened again, once, on the next connection', async () => {
		const first = ScriptedSocket.last;
		first.isAlive = false;
		first.welcome();
		await vi.advanceTimersByTimeAsync(0);
		const asked = first.heard.find((frame) => frame.kind === 'open');
		first.say({ kind: 'openRefused', request: asked?.request ?? 0, reason: 'noSession' });
		expect(sync.state.current).toMatchObject({ state: 'refused', reason: 'noSession' });
		first.drop();
		link.kick();
		ScriptedSocket.last.welcome();
		await vi.advanceTimersByTimeAsync(1_000);
		expect(opens()).toBe(1);
		expect(sync.state.current.state).toBe('onDevice');
		expect(refusals).toEqual([]);
	});

	it('9. an update that no relay takes is refused here, and nothing is sent that builds upon it', async () => {
		const socket = ScriptedSocket.last;
		socket.welcome();
		await vi.advanceTimersByTimeAsync(0);
		doc.getMap('record').set('remarks', 'x'.repeat(MAX_UPDATE_BYTES));
		expect(sync.state.current).toMatchObject({ state: 'refused', reason: 'tooLarge' });
		expect(refusals).toEqual(['tooLarge']);
		const from = socket.heard.length;
		doc.getMap('record').set('name', 'Muster GmbH');
		await vi.advanceTimersByTimeAsync(0);
		expect(socket.heard.slice(from)).toEqual([]);
	});

	it('23. only an address with member, generation and room is one', () => {
		const owner = { client: () => 1 } as unknown as ConstructorParameters<typeof MuxSocket>[1];
		const at = (url: string): MuxSocket => new MuxSocket(link, owner, url);
		const room = partyRoom(WORKSPACE, newId<PartyId>());
		expect(at(`ws://mux.invalid/m/${ALICE}/g2/${room}`).room).toBe(room);
		for (const url of [
			`ws://mux.invalid/${room}`,
			`ws://other.test/m/${ALICE}/g2/${room}`,
			`ws://mux.invalid/m/${ALICE}/g2/x`
		])
			expect(() => at(url)).toThrow(SyntaxError);
	});
});
