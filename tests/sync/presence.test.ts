import { expect, it } from 'vitest';
import * as Y from 'yjs';
import { applyAwarenessUpdate, Awareness, encodeAwarenessUpdate } from 'y-protocols/awareness';
import type { RoomName } from '#core/model/id.ts';
import {
	decodeEntries,
	encodeEntries,
	type AwarenessEntry
} from '../../sync-server/presence/awareness-entry.ts';
import { eventually } from './eventually.ts';
import { MuxPeer, type PeerChannel } from './mux-peer.ts';
import { startRelay, type TestRelay } from './relay.ts';
import { joinStock } from './stock-peer.ts';

/** All presence entries that a channel has heard, oldest first. */
const entriesAt = (channel: PeerChannel): AwarenessEntry[] =>
	channel.heard.flatMap((message) => (message.type === 'awareness' ? decodeEntries(message.update) : []));

const say = (channel: PeerChannel, ...entries: AwarenessEntry[]): void =>
	channel.say({ type: 'awareness', update: encodeEntries(entries) });

async function join(relay: TestRelay, room: RoomName, name: string, doc = new Y.Doc()) {
	const account = await relay.signIn(name);
	const peer = await MuxPeer.connect(relay.url, account.headers);
	const channel = await peer.open(room, doc);
	await channel.saved();
	return { account, peer, channel, client: doc.clientID };
}

it('16. others see a state, the sender does not hear itself', async () => {
	const relay = await startRelay();
	const room = relay.newRoom();
	const alice = await join(relay, room, 'Alice');
	const bob = await join(relay, room, 'Bob');
	say(alice.channel, { client: alice.client, clock: 1, state: '{"place":"record"}' });
	await eventually(() => entriesAt(bob.channel).length > 0, 'the state at Bob');
	expect(entriesAt(bob.channel)).toEqual([{ client: alice.client, clock: 1, state: '{"place":"record"}' }]);
	say(bob.channel, { client: bob.client, clock: 1, state: '{}' });
	await eventually(() => entriesAt(alice.channel).length > 0, 'the state at Alice');
	expect(entriesAt(alice.channel).map(({ client }) => client)).toEqual([bob.client]);
});

it('16. entries of others are dropped silently: echoed, made up, or in the name of somebody else', async () => {
	const relay = await startRelay();
	const room = relay.newRoom();
	const alice = await join(relay, room, 'Alice');
	const bob = await join(relay, room, 'Bob');
	const carol = await join(relay, room, 'Carol');
	say(alice.channel, { client: alice.client, clock: 1, state: '{"name":"Alice"}' });
	await eventually(() => entriesAt(bob.channel).length === 1, 'Alice at Bob');
	say(
		bob.channel,
		{ client: alice.client, clock: 99, state: '{"name":"not Alice"}' },
		{ client: 12345, clock: 1, state: '{"name":"nobody"}' },
		{ client: bob.client, clock: 1, state: '{"name":"Bob"}' }
	);
	await eventually(
		() => entriesAt(carol.channel).some(({ client }) => client === bob.client),
		'Bob at Carol'
	);
	expect(entriesAt(carol.channel).map(({ client, state }) => [client, state])).toEqual([
		[alice.client, '{"name":"Alice"}'],
		[bob.client, '{"name":"Bob"}']
	]);
	expect(bob.peer.closed).toBeUndefined();
	expect(bob.channel.ended).toBeUndefined();
});

it('16. a joiner gets the last state of everybody, and names by the relay alone', async () => {
	const relay = await startRelay();
	const room = relay.newRoom();
	const alice = await join(relay, room, 'Alice');
	say(alice.channel, { client: alice.client, clock: 1, state: '{"n":1}' });
	say(alice.channel, { client: alice.client, clock: 2, state: '{"n":2,"name":"The Boss"}' });
	const bob = await join(relay, room, 'Bob');
	await eventually(() => entriesAt(bob.channel).some(({ clock }) => clock === 2), 'the last state at Bob');
	expect(await bob.peer.hears('identity', ({ client }) => client === alice.client)).toMatchObject({
		member: alice.account.member,
		name: 'Alice'
	});
	expect(await alice.peer.hears('identity', ({ client }) => client === bob.client)).toMatchObject({
		member: bob.account.member,
		name: 'Bob'
	});
});

it('16. a state that can not be passed on is dropped, and the last good one stays', async () => {
	const relay = await startRelay();
	const room = relay.newRoom();
	const alice = await join(relay, room, 'Alice');
	say(alice.channel, { client: alice.client, clock: 1, state: '{"good":true}' });
	say(alice.channel, { client: alice.client, clock: 2, state: `{"large":"${'x'.repeat(20_000)}"}` });
	say(alice.channel, { client: alice.client, clock: 3, state: '{"torn":' });
	await alice.channel.saved();
	const bob = await join(relay, room, 'Bob');
	await eventually(() => entriesAt(bob.channel).length > 0, 'a state at Bob');
	expect(entriesAt(bob.channel)).toEqual([{ client: alice.client, clock: 1, state: '{"good":true}' }]);
	expect(alice.channel.ended).toBeUndefined();
});

it.each(['closes the channel', 'loses the connection'])('16. who %s is gone for others', async (how) => {
	const relay = await startRelay();
	const room = relay.newRoom();
	const alice = await join(relay, room, 'Alice');
	const bob = await join(relay, room, 'Bob');
	say(alice.channel, { client: alice.client, clock: 1, state: '{}' });
	await eventually(() => entriesAt(bob.channel).length === 1, 'Alice at Bob');
	if (how === 'closes the channel') alice.channel.close();
	else alice.peer.socket.terminate();
	await eventually(() => entriesAt(bob.channel).at(-1)?.state === 'null', 'Alice gone at Bob');
	expect(entriesAt(bob.channel).at(-1)?.client).toBe(alice.client);
});

it('16. who comes back by a new connection, before the old one is found dead, stays', async () => {
	const relay = await startRelay();
	const room = relay.newRoom();
	const doc = new Y.Doc();
	const alice = await join(relay, room, 'Alice', doc);
	const bob = await join(relay, room, 'Bob');
	say(alice.channel, { client: alice.client, clock: 1, state: '{}' });
	await eventually(() => entriesAt(bob.channel).length === 1, 'Alice at Bob');
	const again = await MuxPeer.connect(relay.url, alice.account.headers);
	const back = await again.open(room, doc);
	say(back, { client: doc.clientID, clock: 2, state: '{"back":true}' });
	alice.peer.socket.terminate();
	await eventually(
		() => entriesAt(bob.channel).some(({ state }) => state === '{"back":true}'),
		'Alice back at Bob'
	);
	await eventually(() => relay.census().connections === 2, 'the old connection gone');
	say(back, { client: doc.clientID, clock: 3, state: '{"back":"still"}' });
	await eventually(() => entriesAt(bob.channel).at(-1)?.state === '{"back":"still"}', 'Alice still at Bob');
	expect(entriesAt(bob.channel).some(({ state }) => state === 'null')).toBe(false);
});

it('16. stock providers that echo what they hear do not keep a room busy', async () => {
	const relay = await startRelay();
	const room = relay.newRoom();
	const scripts = Array.from({ length: 5 }, () => joinStock(relay, room));
	await Promise.all(scripts.map((script) => script.synced()));
	for (const { provider, doc } of scripts) provider.awareness.setLocalState({ name: String(doc.clientID) });
	await eventually(
		() => scripts.every(({ provider }) => provider.awareness.getStates().size === 5),
		'everybody at everybody'
	);
	const alice = await join(relay, room, 'Alice');
	await eventually(() => entriesAt(alice.channel).length >= 5, 'everybody at Alice');
	say(alice.channel, { client: alice.client, clock: 1, state: '{}' });
	await eventually(() => scripts.every(({ provider }) => provider.awareness.getStates().size === 6), 'Alice');
	const heard = entriesAt(alice.channel).length;
	await new Promise((resolve) => setTimeout(resolve, 300));
	expect(entriesAt(alice.channel).length).toBe(heard);
});

it('16. many changes in a moment leave as one message', async () => {
	const relay = await startRelay();
	const room = relay.newRoom();
	const alice = await join(relay, room, 'Alice');
	const bob = await join(relay, room, 'Bob');
	const awareness = new Awareness(alice.channel.doc);
	for (let n = 0; n < 100; n++) {
		awareness.setLocalState({ n });
		alice.channel.say({ type: 'awareness', update: encodeAwarenessUpdate(awareness, [alice.client]) });
	}
	const atBob = new Awareness(bob.channel.doc);
	await eventually(() => {
		for (const message of bob.channel.heard)
			if (message.type === 'awareness') applyAwarenessUpdate(atBob, message.update, 'relay');
		return (atBob.getStates().get(alice.client) as { n: number } | undefined)?.n === 99;
	}, 'the last state at Bob');
	expect(entriesAt(bob.channel).length).toBeLessThan(20);
	awareness.destroy();
	atBob.destroy();
});
