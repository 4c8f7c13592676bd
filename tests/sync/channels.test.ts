import { expect, it } from 'vitest';
import type * as Y from 'yjs';
import { newId, type PartyId, type WorkspaceId } from '#core/model/id.ts';
import { partyRoom } from '#core/protocol/room.ts';
import { PROTOCOL_VERSION } from '#core/protocol/version.ts';
import { eventually } from './eventually.ts';
import { MuxPeer } from './mux-peer.ts';
import { startRelay } from './relay.ts';

const nameOf = (doc: Y.Doc): unknown => doc.getMap('record').get('name');

it('2. one connection says who it is and carries many rooms', async () => {
	const relay = await startRelay();
	const { member, headers } = await relay.signIn('Alice');
	const alice = await MuxPeer.connect(relay.url, headers);
	expect(await alice.hears('welcome')).toEqual({
		kind: 'welcome',
		version: PROTOCOL_VERSION,
		workspace: relay.workspace,
		member,
		incarnation: relay.position().incarnation,
		head: 0
	});
	const channels = await Promise.all(Array.from({ length: 50 }, () => alice.open(relay.newRoom())));
	expect(new Set(channels.map(({ number }) => number)).size).toBe(50);
	await Promise.all(channels.map((channel) => channel.saved()));
});

it('4. two people write in one party and each sees the other, with one channel number for both', async () => {
	const relay = await startRelay();
	const room = relay.newRoom();
	const alice = await MuxPeer.connect(relay.url, (await relay.signIn('Alice')).headers);
	const bob = await MuxPeer.connect(relay.url, (await relay.signIn('Bob')).headers);
	const [atAlice, atBob] = [await alice.open(room), await bob.open(room)];
	expect(atBob.number).toBe(atAlice.number);
	await Promise.all([atAlice.saved(), atBob.saved()]);
	atAlice.doc.getMap('record').set('name', 'Muster GmbH');
	await eventually(() => nameOf(atBob.doc) === 'Muster GmbH', 'the name at Bob');
	atBob.doc.getMap('record').set('number', '4711');
	await eventually(() => atAlice.doc.getMap('record').get('number') === '4711', 'the number at Alice');
	expect(await atAlice.saved()).toBeGreaterThan(0);
	expect(await atBob.saved()).toBeGreaterThan(0);
	expect(atAlice.heard.filter(({ type }) => type === 'update')).toHaveLength(1);
});

it('5. a room of another workspace is refused by name, whoever asks', async () => {
	const relay = await startRelay();
	const alice = await MuxPeer.connect(relay.url, (await relay.signIn('Alice')).headers);
	const elsewhere = partyRoom(newId<WorkspaceId>(), newId<PartyId>());
	await expect(alice.open(elsewhere)).rejects.toThrow('unknownRoom');
});
