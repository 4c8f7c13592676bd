import { setTimeout as pause } from 'node:timers/promises';
import { Awareness, encodeAwarenessUpdate } from 'y-protocols/awareness';
import * as Y from 'yjs';
import type { WorkspaceId } from '#core/model/id.ts';
import { Client } from './client.ts';
import { Writer } from './edits.ts';
import { cpuSeconds } from './process-figures.ts';
import { inParallel, newRooms } from './rooms.ts';
import type { Endpoint } from './wire.ts';

export type PresenceScenario = {
	kind: 'presence';
	endpoint: Endpoint;
	workspace: WorkspaceId;
	pid: number;
	clients: number;
	seconds: number;
};
/** `seenShare`: of all clients, how many the last one to join has heard of at the end. */
export type PresenceResult = { cpuShare: number; messagesPerSecond: number; seenShare: number };

/** Everybody in one room moves a cursor once a second. */
export async function runPresence(scenario: PresenceScenario): Promise<PresenceResult> {
	const [room] = newRooms(scenario.workspace, 1);
	if (!room) throw new Error('one room was asked for');
	const writer = new Writer(undefined);
	const people = await inParallel(
		Array.from({ length: scenario.clients }, (_, at) => at),
		20,
		async (at) => {
			const doc = new Y.Doc();
			const awareness = new Awareness(doc);
			const client = new Client(
				scenario.endpoint,
				room,
				at === 0 ? writer.client : doc.clientID,
				at === 0 ? writer.state() : undefined
			);
			await client.connect();
			return { client, awareness, doc };
		}
	);
	let heard = 0;
	const known = new Set<number>();
	const refusals: string[] = [];
	for (const { client, awareness } of people)
		awareness.setLocalState({ at: 0, of: client === people[0]?.client });
	for (const { client } of people) {
		client.onMessage = () => heard++;
		client.onRefused = (reason) => refusals.push(reason);
	}
	const last = people.at(-1);
	if (last)
		last.client.onMessage = (bytes) => {
			heard++;
			for (const { doc } of people)
				if (!known.has(doc.clientID) && holds(bytes, doc.clientID)) known.add(doc.clientID);
		};
	let cpuBefore = 0;
	let heardBefore = 0;
	let begun = 0;
	for (let second = 0; second <= scenario.seconds; second++) {
		if (second === 2) {
			cpuBefore = cpuSeconds(scenario.pid);
			heardBefore = heard;
			begun = performance.now();
		}
		const start = performance.now();
		for (const [at, { client, awareness, doc }] of people.entries()) {
			const wait = start + (at / people.length) * 1000 - performance.now();
			if (wait > 1) await pause(wait);
			awareness.setLocalStateField('cursor', { at: second, x: Math.random() });
			client.announce(encodeAwarenessUpdate(awareness, [doc.clientID]));
		}
		const rest = start + 1000 - performance.now();
		if (rest > 0) await pause(rest);
	}
	const elapsed = (performance.now() - begun) / 1000;
	const cpuShare = (cpuSeconds(scenario.pid) - cpuBefore) / elapsed;
	const messagesPerSecond = (heard - heardBefore) / elapsed;
	for (const { client, awareness } of people) {
		client.onRefused = undefined;
		awareness.destroy();
		await client.close();
	}
	if (refusals.length > 0) throw new Error(`${refusals.length} refusals, first: ${refusals[0] ?? ''}`);
	return { cpuShare, messagesPerSecond, seenShare: known.size / (people.length - 1) };
}

/** True when the client's number, as lib0 writes it, stands in the bytes. */
function holds(bytes: Buffer, client: number): boolean {
	const digits: number[] = [];
	for (let rest = client; ; rest = Math.floor(rest / 128)) {
		digits.push(rest > 127 ? (rest % 128) | 128 : rest);
		if (rest <= 127) break;
	}
	return bytes.includes(Buffer.from(digits));
}
