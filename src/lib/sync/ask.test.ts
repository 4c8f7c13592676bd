import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { newId, type PartyId, type RoomName, type WorkspaceId } from '#core/model/id.ts';
import {
	decodePushRequest,
	encodePullItem,
	encodePushResults,
	type PushResult
} from '#core/protocol/messages.ts';
import { partyRoom } from '#core/protocol/room.ts';
import type { RelayApi } from './answer.ts';
import { pull, type PulledRoom } from './pull.ts';
import { push } from './push.ts';
import { askWorkspace, beginSession } from './session.ts';

const workspace = newId<WorkspaceId>();
const room = (): RoomName => partyRoom(workspace, newId<PartyId>());
const position = { incarnation: 'i1', seq: 9 };

let answer: (body: Buffer, response: ServerResponse) => void;
let stop: () => Promise<void>;
let api: RelayApi;

beforeEach(async () => {
	const server = createServer((request, response) => {
		const chunks: Buffer[] = [];
		request.on('data', (chunk: Buffer) => chunks.push(chunk));
		request.on('end', () => answer(Buffer.concat(chunks), response));
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	api = { base: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, patience: 200 };
	stop = () =>
		new Promise((resolve) => {
			server.closeAllConnections();
			server.close(() => resolve());
		});
});
afterEach(() => stop());

describe('questions to a relay', () => {
	it('27. a server that accepts and never answers is unreachable, in time', async () => {
		answer = () => undefined;
		expect(await askWorkspace(api)).toEqual({ state: 'unreachable', why: 'timeout' });
	});

	it('27. so is one that stops in the middle of its answer', async () => {
		answer = (_body, response) => response.write('{"workspace":');
		expect(await askWorkspace(api)).toEqual({ state: 'unreachable', why: 'timeout' });
	});

	it('27. and one that is not there, or cuts the line', async () => {
		answer = (_body, response) => response.destroy();
		expect(await askWorkspace(api)).toEqual({ state: 'unreachable', why: 'network' });
		await stop();
		expect(await askWorkspace(api)).toEqual({ state: 'unreachable', why: 'network' });
	});

	it('20. a refusal comes with its name', async () => {
		answer = (_body, response) => response.writeHead(403).end('{"refused":"memberTaken"}');
		const request = { member: newId(), name: 'Alice', secret: 's' } as Parameters<typeof beginSession>[1];
		expect(await beginSession(api, request)).toEqual({ state: 'refused', reason: 'memberTaken' });
	});

	it.each([
		['the page of a proxy', (r: ServerResponse) => r.writeHead(502).end('<h1>Bad gateway</h1>')],
		['a refusal of no name', (r: ServerResponse) => r.writeHead(403).end('{"refused":"because"}')],
		['another program', (r: ServerResponse) => r.end('hello')],
		['another shape', (r: ServerResponse) => r.end('{"workspace":7}')]
	])('27. an answer that is not a relay is malformed: %s', async (_what, reply) => {
		answer = (_body, response) => void reply(response);
		expect(await askWorkspace(api)).toEqual({ state: 'unreachable', why: 'malformed' });
	});

	it('27. a caller who no longer wants to know is not kept', async () => {
		answer = () => undefined;
		const signal = AbortSignal.timeout(50);
		expect(await askWorkspace({ ...api, patience: 60_000, signal })).toMatchObject({ state: 'unreachable' });
	});
});

describe('pull', () => {
	const item = (name: RoomName, size = 10): Buffer =>
		Buffer.from(encodePullItem({ kind: 'room', room: name, seq: 3, updates: [new Uint8Array(size)] }));

	it('22. hands over documents while they come, however they are cut on the wire', async () => {
		const rooms = Array.from({ length: 450 }, room);
		const stream = Buffer.concat([
			...rooms.map((name) => item(name)),
			encodePullItem({ kind: 'end', position })
		]);
		answer = (_body, response) => {
			for (let at = 0; at < stream.length; at += 7_777) response.write(stream.subarray(at, at + 7_777));
			response.end();
		};
		const taken: PulledRoom[] = [];
		const most: number[] = [];
		const end = await pull(api, { known: undefined, have: new Map() }, async (batch) => {
			most.push(batch.length);
			await Promise.resolve();
			taken.push(...batch);
		});
		expect(end).toEqual({ state: 'ok', value: { state: 'complete', position } });
		expect(taken.map((one) => one.room)).toEqual(rooms);
		expect(Math.max(...most)).toBeLessThanOrEqual(200);
	});

	it('22. a stream without its end is not complete, though what came is kept', async () => {
		const name = room();
		answer = (_body, response) => response.end(item(name));
		const taken: PulledRoom[] = [];
		const end = await pull(api, { known: position, have: new Map() }, async (batch) => {
			taken.push(...batch);
			await Promise.resolve();
		});
		expect(end).toEqual({ state: 'unreachable', why: 'malformed' });
		expect(taken).toHaveLength(1);
	});

	it('12. says when the relay does not know the position', async () => {
		answer = (_body, response) => response.end(encodePullItem({ kind: 'diverged', position }));
		const end = await pull(api, { known: { ...position, incarnation: 'i0' }, have: new Map() }, () =>
			Promise.resolve()
		);
		expect(end).toEqual({ state: 'ok', value: { state: 'diverged', position } });
	});

	it('22. a device that cannot store what it gets hears of it', async () => {
		answer = (_body, response) =>
			response.end(Buffer.concat([item(room()), encodePullItem({ kind: 'end', position })]));
		await expect(
			pull(api, { known: undefined, have: new Map() }, () => Promise.reject(new Error('quota')))
		).rejects.toThrow('quota');
	});

	it('22. time that the device takes to store is not held against the relay', async () => {
		const [first, second] = [item(room()), item(room())];
		answer = (_body, response) => {
			response.write(first);
			setTimeout(() => response.end(Buffer.concat([second, encodePullItem({ kind: 'end', position })])), 50);
		};
		const end = await pull(api, { known: undefined, have: new Map() }, async () => {
			await new Promise((resolve) => setTimeout(resolve, 400));
		});
		expect(end.state).toBe('ok');
	});
});

describe('push', () => {
	const items = (count: number, size = 10): { room: RoomName; update: Uint8Array; id: number }[] =>
		Array.from({ length: count }, (_, id) => ({ room: room(), update: new Uint8Array(size), id }));

	it('22. tells each item its own result, batch by batch', async () => {
		const batches: number[] = [];
		answer = (body, response) => {
			const request = decodePushRequest(new Uint8Array(body));
			batches.push(request.items.length);
			response.end(
				encodePushResults(
					request.items.map((_, at): PushResult =>
						at === 0 ? { state: 'refused', reason: 'foreignClient' } : { state: 'saved', seq: at }
					)
				)
			);
		};
		const refused: number[] = [];
		const pushed = await push(api, items(1_100), (results) => {
			for (const { item, result } of results) if (result.state === 'refused') refused.push(item.id);
		});
		expect(pushed.state).toBe('ok');
		expect(batches).toEqual([500, 500, 100]);
		expect(refused).toEqual([0, 500, 1_000]);
	});

	it('22. stops at the first batch without an answer; what was settled stays so', async () => {
		let asked = 0;
		answer = (body, response) => {
			const { length } = decodePushRequest(new Uint8Array(body)).items;
			if (++asked > 1) response.destroy();
			else response.end(encodePushResults(Array.from({ length }, () => ({ state: 'saved', seq: 1 }))));
		};
		let settled = 0;
		const pushed = await push(api, items(1_200), (results) => void (settled += results.length));
		expect(pushed).toEqual({ state: 'unreachable', why: 'network' });
		expect([settled, asked]).toEqual([500, 2]);
	});

	it('25. fewer results than items settle nothing', async () => {
		answer = (_body, response) => response.end(encodePushResults([{ state: 'saved', seq: 1 }]));
		let settled = 0;
		const pushed = await push(api, items(2), (results) => void (settled += results.length));
		expect(pushed).toEqual({ state: 'unreachable', why: 'malformed' });
		expect(settled).toBe(0);
	});

	it('9. an update that no relay takes is refused here, by the same name', async () => {
		answer = () => undefined;
		const [large] = items(1, 16 * 1024 * 1024 + 1);
		const reasons: string[] = [];
		await push(api, large ? [large] : [], ([first]) => {
			if (first?.result.state === 'refused') reasons.push(first.result.reason);
		});
		expect(reasons).toEqual(['tooLarge']);
	});
});
