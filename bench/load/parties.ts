import * as Y from 'yjs';
import { createParty } from '#core/documents/new-party.ts';
import { PartyDocument } from '#core/documents/party.ts';
import { newId, type MemberId, type PartyId, type RoomName, type WorkspaceId } from '#core/model/id.ts';
import { MAX_PUSH_BYTES, MAX_PUSH_ROOMS } from '#core/protocol/limits.ts';
import { decodePushResults, encodePushRequest } from '#core/protocol/messages.ts';
import { partyRoom } from '#core/protocol/room.ts';

const NAMES = 'Muster Schmidt Weber Huber Krüger Lehmann Bäcker Özdemir Nowak Vogel Seidel Brandt'.split(' ');
const TRADES = 'Maschinenbau Elektrotechnik Logistik Druckerei Brauerei Feinkost Metallbau Software'.split(
	' '
);
const CITIES = 'Köln München Hamburg Leipzig Stuttgart Dortmund Nürnberg Bremen Aachen Passau'.split(' ');
const AT = 1_790_000_000_000;

const pick = <T>(list: readonly T[], at: number): T => {
	const item = list[at % list.length];
	if (item === undefined) throw new Error('nothing to pick from');
	return item;
};

/** A believable German party, the same for the same number; `entries` calls on its timeline. */
export function makeParty(number: number, by: MemberId, entries = 1): Uint8Array {
	const doc = new Y.Doc();
	const family = pick(NAMES, number);
	const name = `${family} ${pick(TRADES, Math.floor(number / 12))} ${number} GmbH`;
	createParty(
		doc,
		{
			kind: 'organisation',
			name,
			number: `K-${String(number).padStart(6, '0')}`,
			roles: [number % 3 === 0 ? 'lead' : 'customer'],
			channels: [
				{ type: 'phone', value: `+49 221 ${String(100_000 + number)}` },
				{ type: 'email', value: `info@kunde-${number}.example` }
			],
			addresses: [
				{
					purpose: 'main',
					street: `Hauptstraße ${(number % 120) + 1}`,
					postcode: String(10_000 + (number % 89_000)),
					city: pick(CITIES, number * 7),
					country: 'DE'
				}
			],
			persons: [
				{
					givenName: 'Anna',
					familyName: pick(NAMES, number * 5 + 3),
					function: 'Einkauf',
					channels: [{ type: 'email', value: `einkauf@kunde-${number}.example` }]
				}
			]
		},
		{ by, at: AT + number }
	);
	const party = new PartyDocument(doc);
	for (let entry = 0; entry < entries; entry++)
		party.addCall(
			{
				direction: 'out',
				content: `Angebot ${entry} besprochen, Rückfrage zur Lieferzeit.`,
				result: 'erreicht'
			},
			by,
			AT + number + entry * 3_600_000
		);
	const update = Y.encodeStateAsUpdate(doc);
	party.destroy();
	doc.destroy();
	return update;
}

type Relay = { url: string; token: string; workspace: WorkspaceId };

/** Puts `count` parties on the relay by push; the last `rich` of them have 500 entries. Throws when one is refused. */
export async function pushParties(relay: Relay, count: number, rich = 0): Promise<RoomName[]> {
	const by = newId<MemberId>();
	const rooms: RoomName[] = [];
	let items: { room: RoomName; update: Uint8Array }[] = [];
	let bytes = 0;
	const send = async (): Promise<void> => {
		const answer = await fetch(`${relay.url}/api/push`, {
			method: 'POST',
			headers: { authorization: `Bearer ${relay.token}`, 'content-type': 'application/octet-stream' },
			body: encodePushRequest({ restoredFrom: undefined, items }) as Uint8Array<ArrayBuffer>
		});
		if (!answer.ok) throw new Error(`push: ${answer.status} ${await answer.text()}`);
		const refused = decodePushResults(new Uint8Array(await answer.arrayBuffer())).find(
			({ state }) => state === 'refused'
		);
		if (refused?.state === 'refused') throw new Error(`push refused: ${refused.reason}`);
		items = [];
		bytes = 0;
	};
	for (let number = 0; number < count; number++) {
		const room = partyRoom(relay.workspace, newId<PartyId>());
		const update = makeParty(number, by, number >= count - rich ? 500 : 1);
		rooms.push(room);
		items.push({ room, update });
		bytes += update.length;
		if (items.length >= MAX_PUSH_ROOMS / 4 || bytes > MAX_PUSH_BYTES / 4) await send();
	}
	if (items.length > 0) await send();
	return rooms;
}
