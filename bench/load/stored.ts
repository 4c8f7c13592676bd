import type { RoomName } from '#core/model/id.ts';
import { Client } from './client.ts';
import { findMarkers, Writer } from './edits.ts';
import { inParallel } from './rooms.ts';
import type { Endpoint } from './wire.ts';

/** The last edit of a stored document: what has it has all. */
const LAST = 99_999_999;

export type StoreScenario = {
	kind: 'store';
	endpoint: Endpoint;
	rooms: RoomName[];
	/** Bytes of text in each document, written as `updates` updates of equal size. */
	bytes: number;
	updates: number;
};

/** Fills documents, each by one client that then leaves. */
export async function runStore(scenario: StoreScenario): Promise<void> {
	await inParallel(scenario.rooms, 20, async (room) => {
		const writer = new Writer(undefined);
		const client = new Client(scenario.endpoint, room, writer.client, writer.state());
		await client.connect();
		const acknowledged = Promise.withResolvers<undefined>();
		let last = Number.POSITIVE_INFINITY;
		client.onAck = (count) => {
			if (count >= last) acknowledged.resolve(undefined);
		};
		client.onRefused = (reason) => acknowledged.reject(new Error(`refused: ${reason}`));
		const each = scenario.bytes / scenario.updates;
		for (let update = 1; update <= scenario.updates; update++)
			last = client.send(writer.notes(update === scenario.updates ? LAST : update, each));
		if (scenario.endpoint.kind === 'mux') await acknowledged.promise;
		else await seenByAnother(scenario.endpoint, room);
		await client.close();
	});
}

async function seenByAnother(endpoint: Endpoint, room: RoomName): Promise<void> {
	const client = new Client(endpoint, room, new Writer(undefined).client);
	await untilComplete(client);
	await client.close();
}

const isComplete = (bytes: Uint8Array): boolean => {
	let complete = false;
	findMarkers(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length), (edit) => {
		complete ||= edit === LAST;
	});
	return complete;
};

/** Connects and waits for the whole content, also when the relay says "synced" before it has it. */
async function untilComplete(client: Client): Promise<void> {
	const { promise, resolve, reject } = Promise.withResolvers<undefined>();
	client.onMessage = (bytes) => {
		if (isComplete(bytes)) resolve(undefined);
	};
	client.onRefused = (reason) => reject(new Error(reason));
	if (isComplete(await client.connect())) resolve(undefined);
	await promise;
	client.onRefused = undefined;
}

export type OpenScenario = {
	kind: 'open';
	endpoint: Endpoint;
	rooms: RoomName[];
	clientsPerRoom: number;
	/** Connections begun at the same time; those that one machine can hold back-to-back. */
	width: number;
	/** Leave the clients connected until the generator ends. */
	stay: boolean;
};
export type OpenResult = { firstMs: number; allMs: number };

/** Opens stored documents by clients that have nothing; times are from the beginning until the content is there. */
export async function runOpen(scenario: OpenScenario): Promise<OpenResult> {
	const clients = scenario.rooms.flatMap((room) =>
		Array.from(
			{ length: scenario.clientsPerRoom },
			() => new Client(scenario.endpoint, room, Math.floor(Math.random() * 2 ** 32))
		)
	);
	const start = performance.now();
	let firstMs = 0;
	await inParallel(clients, scenario.width, async (client) => {
		await untilComplete(client);
		firstMs ||= performance.now() - start;
	});
	const allMs = performance.now() - start;
	if (!scenario.stay) await Promise.all(clients.map((client) => client.close()));
	return { firstMs, allMs };
}
