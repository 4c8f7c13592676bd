import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { newId, type PartyId } from '#core/model/id.ts';
import { partyRoom } from '#core/protocol/room.ts';
import type { Line } from './channels.ts';
import { LogAgreement } from './log-agreement.ts';
import { MuxLink } from './mux-link.ts';
import { ScriptedSocket, ALICE, WELCOME, WORKSPACE } from './scripted-socket.fixture.ts';

class Page extends EventTarget {
	visibilityState = 'visible';
}

let page: Page;
let link: MuxLink;
let random: number;
const sockets = ScriptedSocket.all;

beforeEach(() => {
	vi.useFakeTimers();
	sockets.length = 0;
	random = 0.999_999;
	page = new Page();
	link = new MuxLink({
		url: 'ws://relay.test/sync',
		workspace: WORKSPACE,
		member: ALICE,
		connect: ScriptedSocket.connect,
		page: { network: page, visibility: page },
		random: () => random
	});
	link.start();
});
afterEach(() => {
	link.stop();
	vi.useRealTimers();
});

const reason = (): string => (link.current.state === 'offline' ? link.current.reason : link.current.state);
/** Ms of waiting until there are `count` sockets. */
async function waitFor(count: number): Promise<number> {
	const from = Date.now();
	while (sockets.length < count && Date.now() - from < 120_000) await vi.advanceTimersByTimeAsync(10);
	return Date.now() - from;
}

describe('the link of a tab', () => {
	it('2. is online with the welcome, not before', () => {
		expect(link.current.state).toBe('connecting');
		ScriptedSocket.last.welcome();
		expect(link.current).toMatchObject({ state: 'online', welcome: { incarnation: 'i1' } });
	});

	it('2. a server that accepts and never answers is offline within 20 s, and tried again', async () => {
		const states: string[] = [];
		link.observe(() => states.push(reason()));
		ScriptedSocket.last.readyState = 1;
		await vi.advanceTimersByTimeAsync(20_000);
		expect(states[0]).toBe('silent');
		expect(sockets.length).toBeGreaterThan(1);
		expect(sockets[0]?.readyState).toBe(3);
	});

	it('2. a relay that falls silent later is noticed within 20 s', async () => {
		ScriptedSocket.last.welcome();
		await vi.advanceTimersByTimeAsync(60_000);
		expect(link.current.state).toBe('online');
		ScriptedSocket.last.isAlive = false;
		const states: string[] = [];
		link.observe(() => states.push(reason()));
		await vi.advanceTimersByTimeAsync(20_000);
		expect(states[0]).toBe('silent');
	});

	it('2. waits longer from failure to failure, up to 30 s, and jitters over the whole range', async () => {
		const waits: number[] = [];
		for (let attempt = 1; attempt <= 9; attempt++) {
			ScriptedSocket.last.drop();
			waits.push(await waitFor(attempt + 1));
		}
		expect(waits.map((ms) => Math.round(ms / 100) * 100)).toEqual([
			500, 1000, 2000, 4000, 8000, 16000, 30000, 30000, 30000
		]);
		random = 0;
		ScriptedSocket.last.drop();
		expect(await waitFor(11)).toBeLessThanOrEqual(10);
	});

	it('2. forgets its failures once a connection has stood for a while, and no sooner', async () => {
		for (let attempt = 1; attempt <= 4; attempt++) {
			ScriptedSocket.last.welcome();
			ScriptedSocket.last.drop();
			await waitFor(attempt + 1);
		}
		ScriptedSocket.last.welcome();
		ScriptedSocket.last.drop();
		expect(await waitFor(6)).toBeGreaterThan(7_000);
		ScriptedSocket.last.welcome();
		await vi.advanceTimersByTimeAsync(10_000);
		ScriptedSocket.last.drop();
		expect(await waitFor(7)).toBeLessThanOrEqual(510);
	});

	it('2. the browser says offline: the socket is closed, since nobody else does; online: at once', () => {
		ScriptedSocket.last.welcome();
		page.dispatchEvent(new Event('offline'));
		expect(reason()).toBe('browserOffline');
		expect(sockets[0]?.readyState).toBe(3);
		page.dispatchEvent(new Event('online'));
		expect(sockets).toHaveLength(2);
		expect(link.current.state).toBe('connecting');
	});

	it('2. looked at again: connects at once, or asks a standing connection for a sign of life', async () => {
		ScriptedSocket.last.drop();
		page.visibilityState = 'hidden';
		page.dispatchEvent(new Event('visibilitychange'));
		expect(sockets).toHaveLength(1);
		page.visibilityState = 'visible';
		page.dispatchEvent(new Event('visibilitychange'));
		expect(sockets).toHaveLength(2);
		ScriptedSocket.last.welcome();
		page.dispatchEvent(new Event('visibilitychange'));
		await vi.advanceTimersByTimeAsync(0);
		expect(sockets).toHaveLength(2);
		expect(ScriptedSocket.last.heard).toEqual([{ kind: 'ping', nonce: 1 }]);
	});

	it('2. online again while an old attempt hangs: a new one, not two', async () => {
		await vi.advanceTimersByTimeAsync(3_000);
		page.dispatchEvent(new Event('online'));
		page.dispatchEvent(new Event('online'));
		expect(sockets).toHaveLength(2);
		expect(sockets[0]?.readyState).toBe(3);
		await vi.advanceTimersByTimeAsync(9_000);
		expect(sockets).toHaveLength(2);
	});

	it.each([
		['otherWorkspace', { ...WELCOME, workspace: '01900000-0000-7000-8000-000000000002' }],
		['otherMember', { ...WELCOME, member: '01900000-0000-7000-8000-00000000000b' }],
		['oldClient', { ...WELCOME, version: 2 }]
	])('12. says nothing to a relay that is not ours: %s', async (expected, welcome) => {
		link.follow(() => undefined);
		ScriptedSocket.last.welcome(welcome as typeof WELCOME);
		expect(reason()).toBe(expected);
		await vi.advanceTimersByTimeAsync(0);
		expect(sockets[0]?.heard).toEqual([]);
	});

	it.each([
		['garbage', new Uint8Array([99, 1, 2])],
		['a torn frame', new Uint8Array([3, 1, 200])],
		['a second welcome', 'welcome'],
		['a pong to nothing', new Uint8Array([11, 5])],
		['an answer to nothing', new Uint8Array([1, 7, 7])],
		['a feed that is no JSON', new Uint8Array([9, 1, 0x7b])]
	])('2. malformed frames end the link by name and never crash: %s', (_what, bytes) => {
		const socket = ScriptedSocket.last;
		socket.welcome();
		if (typeof bytes === 'string') socket.welcome();
		else socket.sayBytes(bytes);
		expect(reason()).toBe('malformed');
	});

	it('2. a text message is malformed too', () => {
		ScriptedSocket.last.welcome();
		ScriptedSocket.last.onmessage?.({ data: 'hello' });
		expect(reason()).toBe('malformed');
	});

	it('18. the reason in a close frame is the reason here', () => {
		ScriptedSocket.last.drop(4401, 'noSession');
		expect(reason()).toBe('noSession');
		link.kick();
		ScriptedSocket.last.drop(4413);
		expect(reason()).toBe('tooLarge');
		link.kick();
		ScriptedSocket.last.drop(1001);
		expect(reason()).toBe('network');
	});

	it('2. asks for the feed on each connection, as long as somebody listens', async () => {
		const stop = link.follow(() => undefined);
		ScriptedSocket.last.welcome();
		await vi.advanceTimersByTimeAsync(0);
		expect(ScriptedSocket.last.heard).toEqual([{ kind: 'follow' }]);
		ScriptedSocket.last.drop();
		link.kick();
		ScriptedSocket.last.welcome();
		await vi.advanceTimersByTimeAsync(0);
		expect(ScriptedSocket.last.heard).toEqual([{ kind: 'follow' }]);
		stop();
		ScriptedSocket.last.drop();
		link.kick();
		ScriptedSocket.last.welcome();
		await vi.advanceTimersByTimeAsync(0);
		expect(ScriptedSocket.last.heard).toEqual([]);
	});

	it('12. opens nothing before the log is agreed on, and each line once when it is', async () => {
		link.stop();
		const agreement = new LogAgreement();
		const careful = new MuxLink({
			url: 'ws://relay.test/sync',
			workspace: WORKSPACE,
			member: ALICE,
			connect: ScriptedSocket.connect,
			agreement
		});
		const line = { room: partyRoom(WORKSPACE, newId<PartyId>()), client: 1, opened: () => undefined } as Line;
		careful.attach(line);
		careful.start();
		ScriptedSocket.last.welcome();
		agreement.reach('i0');
		await vi.advanceTimersByTimeAsync(0);
		expect(ScriptedSocket.last.heard).toEqual([]);
		for (const incarnation of ['i1', 'i2', 'i1', 'i2', 'i1']) agreement.reach(incarnation);
		await vi.advanceTimersByTimeAsync(0);
		expect(ScriptedSocket.last.heard.map(({ kind }) => kind)).toEqual(['open']);
		careful.detach(line);
		await vi.advanceTimersByTimeAsync(0);
		expect(ScriptedSocket.last.heard.map(({ kind }) => kind)).toEqual(['open', 'close']);
		careful.stop();
	});

	it('2. stopped stays stopped', async () => {
		ScriptedSocket.last.welcome();
		link.stop();
		expect(reason()).toBe('stopped');
		page.dispatchEvent(new Event('online'));
		await vi.advanceTimersByTimeAsync(60_000);
		expect(sockets).toHaveLength(1);
	});
});
