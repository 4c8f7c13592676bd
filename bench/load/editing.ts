import { setTimeout as pause } from 'node:timers/promises';
import type { WorkspaceId } from '#core/model/id.ts';
import { Client } from './client.ts';
import { findMarkers, Writer } from './edits.ts';
import { cpuSeconds, cpuSecondsByThread } from './process-figures.ts';
import { inParallel, newRooms } from './rooms.ts';
import { Samples } from './samples.ts';
import type { Endpoint } from './wire.ts';

export type EditingScenario = {
	kind: 'editing';
	endpoint: Endpoint;
	workspace: WorkspaceId;
	pid: number;
	docs: number;
	clientsPerDoc: number;
	/** Over all documents. */
	editsPerSecond: number;
	warmupSeconds: number;
	seconds: number;
};

export type EditingResult = {
	/** Edit sent to edit seen by another client, in ms. */
	seen: { p50: number; p95: number; p99: number; max: number };
	/** Edit sent to its acknowledgement, in ms; undefined where there is none. */
	acknowledged: { p50: number; p99: number } | undefined;
	deliveries: number;
	missing: number;
	/** Of the relay, all threads. */
	cpuSecondsPer100k: number;
	cpuShare: number;
	/** The largest delay of the generator behind its own plan, in ms: above a few, its figures say little. */
	generatorLag: number;
};

type Hand = { client: Client; updates: Uint8Array[]; from: number; unacknowledged: Map<number, number> };

/** Edits at a steady pace by many hands; every edit must be seen by all others of its document. */
export async function runEditing(scenario: EditingScenario): Promise<EditingResult> {
	const { docs, clientsPerDoc, editsPerSecond, warmupSeconds, seconds } = scenario;
	const count = docs * clientsPerDoc;
	const total = Math.floor(editsPerSecond * (warmupSeconds + seconds));
	const warm = Math.floor(editsPerSecond * warmupSeconds);
	const perHand = Math.ceil(total / count);
	const sentAt = new Float64Array(perHand * count);
	const seenBy = new Uint16Array(perHand * count);
	const seen = new Samples();
	const acknowledged = new Samples();
	const refusals: string[] = [];

	const hands = (
		await inParallel(newRooms(scenario.workspace, docs), 20, async (room) => {
			const first = new Writer(undefined);
			const base = first.state();
			const others = Array.from({ length: clientsPerDoc - 1 }, () => new Writer(base, first.entry));
			const opened: { client: Client; writer: Writer }[] = [];
			for (const writer of [first, ...others]) {
				const client = new Client(
					scenario.endpoint,
					room,
					writer.client,
					writer === first ? base : undefined
				);
				await client.connect();
				opened.push({ client, writer });
			}
			return opened;
		})
	)
		.flat()
		.map(({ client, writer }, at): Hand => {
			const from = at * perHand;
			return {
				client,
				from,
				updates: Array.from({ length: perHand }, (_, edit) => writer.type(from + edit)),
				unacknowledged: new Map()
			};
		});

	// Edits are numbered per hand, and the plan goes through the hands in turn.
	const isMeasured = (edit: number): boolean => (edit % perHand) * count + Math.floor(edit / perHand) >= warm;
	for (const { client, from, unacknowledged } of hands) {
		client.onRefused = (reason) => refusals.push(reason);
		client.onMessage = (bytes) => {
			const now = performance.now();
			findMarkers(bytes, (edit) => {
				// Some relays send an edit back to its author.
				if (edit >= from && edit < from + perHand) return;
				if (sentAt[edit] === 0) return;
				seenBy[edit] = (seenBy[edit] ?? 0) + 1;
				if (isMeasured(edit)) seen.add(now - (sentAt[edit] ?? 0));
			});
		};
		client.onAck = (upTo) => {
			const now = performance.now();
			for (const [write, edit] of unacknowledged) {
				if (write > upTo) break;
				unacknowledged.delete(write);
				if (isMeasured(edit)) acknowledged.add(now - (sentAt[edit] ?? 0));
			}
		};
	}
	await pause(1_000);

	let sent = 0;
	let lag = 0;
	let cpuBefore = 0;
	let threadsBefore = new Map<string, number>();
	let begun = 0;
	const start = performance.now();
	while (sent < total) {
		const due = Math.min(total, Math.floor(((performance.now() - start) / 1000) * editsPerSecond));
		if (sent < due && sent > warm)
			lag = Math.max(lag, performance.now() - start - (sent / editsPerSecond) * 1000);
		for (; sent < due; sent++) {
			if (sent === warm) {
				cpuBefore = cpuSeconds(scenario.pid);
				threadsBefore = cpuSecondsByThread(scenario.pid);
				begun = performance.now();
			}
			const hand = hands[sent % count];
			const update = hand?.updates[Math.floor(sent / count)];
			if (!hand || !update) throw new Error('the plan is longer than the edits made');
			const edit = hand.from + Math.floor(sent / count);
			sentAt[edit] = performance.now();
			hand.unacknowledged.set(hand.client.send(update), edit);
		}
		await pause(1);
	}
	const elapsed = (performance.now() - begun) / 1000;
	const cpuShare = (cpuSeconds(scenario.pid) - cpuBefore) / elapsed;

	if (process.env.THREADS) tellThreads(scenario.pid, threadsBefore, elapsed);

	const missing = (): number =>
		sentAt.reduce((sum, at, edit) => sum + (at === 0 ? 0 : clientsPerDoc - 1 - (seenBy[edit] ?? 0)), 0);
	for (let waited = 0; missing() > 0 && waited < 100; waited++) await pause(100);
	const cpu = cpuSeconds(scenario.pid) - cpuBefore;
	const lost = missing();
	for (const { client } of hands) client.onRefused = undefined;
	await Promise.all(hands.map(({ client }) => client.close()));
	if (refusals.length > 0) throw new Error(`${refusals.length} refusals, first: ${refusals[0] ?? ''}`);
	return {
		seen: { p50: seen.at(0.5), p95: seen.at(0.95), p99: seen.at(0.99), max: seen.at(1) },
		acknowledged: acknowledged.count ? { p50: acknowledged.at(0.5), p99: acknowledged.at(0.99) } : undefined,
		deliveries: seen.count,
		missing: lost,
		cpuSecondsPer100k: (cpu / seen.count) * 100_000,
		cpuShare,
		generatorLag: lag
	};
}

/** With THREADS in the environment: which threads of the relay the time went to. */
function tellThreads(pid: number, before: Map<string, number>, elapsed: number): void {
	for (const [thread, seconds] of cpuSecondsByThread(pid)) {
		const share = (seconds - (before.get(thread) ?? 0)) / elapsed;
		if (share >= 0.005) console.error(`  ${thread}: ${(share * 100).toFixed(1)} % of a core`);
	}
}
