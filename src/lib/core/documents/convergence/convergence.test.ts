import * as Y from 'yjs';
import { afterEach, describe, expect, it } from 'vitest';
import { conflictIn } from '../../model/conflict.ts';
import { isSameValue } from '../../model/fields.ts';
import { newId, type PartyId, type RoomName, type WorkspaceId } from '../../model/id.ts';
import { setUuidSource } from '../../model/uuid.ts';
import { createParty } from '../new-party.ts';
import { PartyDocument } from '../party.ts';
import { project } from '../project.ts';
import { actByChance } from './commands.ts';
import { Ledger } from './ledger.ts';
import { Network } from './network.ts';
import { Chance } from './random.ts';
import { storeOf } from './same-store.ts';

const SEEDS = Number(process.env.SOAK_SEEDS ?? 60);
const FIRST = Number(process.env.FIRST_SEED ?? 1);
const seeds = Array.from({ length: SEEDS }, (_, i) => FIRST + i);

function play(seed: number): { network: Network; ledger: Ledger } {
	const chance = new Chance(seed);
	setUuidSource(chance.ids());
	const network = new Network(chance, chance.number(3, 5));
	const ledger = new Ledger();
	const [first] = network.replicas;
	if (!first) throw new Error('a network has replicas');
	createParty(
		first.doc,
		{
			kind: 'organisation',
			name: 'Muster GmbH',
			channels: [{ type: 'email', value: 'info@muster.example' }],
			addresses: [{ city: 'Ulm' }],
			persons: [{ familyName: 'Muster' }]
		},
		{ by: first.member, at: 1 }
	);
	first.doc.getMap('record').set('fromTheFuture', 'stays');
	network.settle();
	// Some runs are long and meet in one field, so that changes are dropped while others are under way.
	const focus = chance.pick([20, 20, 95]) ?? 20;
	const steps = chance.number(60, 300) * (focus > 50 ? 2 : 1);
	for (let now = 1_000; now < 1_000 + steps; now++) {
		const replica = chance.pick(network.replicas) ?? first;
		if (chance.happens(55)) actByChance({ chance, replica, ledger, now: now + replica.skew, focus });
		else if (chance.happens(90)) network.deliverOne();
		else {
			replica.isOnline = !replica.isOnline;
			const other = chance.pick(network.replicas);
			if (replica.isOnline && other && other !== replica) network.exchange(replica, other);
		}
		if (chance.happens(3)) checkCaches(replica.party, replica.doc);
	}
	for (const replica of network.replicas)
		for (const edit of replica.edits) {
			const id = edit.finish(9_000);
			const change = id && replica.party.changesOf(edit.field).find((written) => written.id === id);
			if (change) ledger.noteChange(change);
		}
	network.settle();
	return { network, ledger };
}

/** What a party says from its caches is what a reader without any finds. */
function checkCaches(party: PartyDocument, doc: Y.Doc): void {
	const fresh = new PartyDocument(doc);
	for (const name of ['roles', 'channels', 'addresses', 'persons', 'entries'] as const)
		expect(party[name].list()).toEqual(fresh[name].list());
	expect(party.record).toEqual(fresh.record);
	expect(party.conflicts()).toEqual(fresh.conflicts());
	fresh.destroy();
}

describe('replicas of a party document, with loss, doubles, reordering and restarts', () => {
	afterEach(() => setUuidSource());

	it.each(seeds)('seed %i converges and keeps both values of every concurrent edit', (seed) => {
		const { network, ledger } = play(seed);
		const [first, ...others] = network.replicas;
		if (!first) throw new Error('a network has replicas');
		const truth = storeOf(first.doc);
		for (const other of others) expect(storeOf(other.doc)).toEqual(truth);
		expect(first.doc.store.pendingStructs).toBeNull();

		const room = `${newId<WorkspaceId>()}/party/${newId<PartyId>()}` as RoomName;
		const loaded = new Y.Doc();
		Y.applyUpdate(loaded, Y.encodeStateAsUpdate(first.doc));
		const rows = project(loaded, room, 1);
		for (const { doc, party, seenName } of network.replicas) {
			expect(project(doc, room, 1)).toEqual(rows);
			expect(party.unreadable()).toEqual([]);
			expect(doc.getMap('record').get('fromTheFuture')).toBe('stays');
			expect(seenName).toBe(party.record.name);
			for (const { table, id } of ledger.rows) expect(party[table].has(id)).toBe(true);
			checkCaches(party, doc);
			for (const field of ledger.fields()) checkField(party, ledger, field);
		}
	});
});

/** No head is ever missing and nothing superseded ever looks like one, however much was dropped. */
function checkField(party: PartyDocument, ledger: Ledger, field: string): void {
	const kept = party.changesOf(field);
	const superseded = new Set(kept.flatMap((change) => change.bases));
	const heads = kept.filter((change) => !superseded.has(change.id));
	expect(heads.map((change) => change.id).sort()).toEqual(ledger.headsOf(field));
	const shown = party.conflictOf(field)?.values.map(({ value }) => value) ?? heads.map(({ to }) => to);
	for (const id of ledger.headsOf(field)) {
		const head = ledger.changes.find((change) => change.id === id);
		expect(shown.some((value) => isSameValue(value, head?.to))).toBe(true);
	}
	const whole = conflictIn(
		field,
		ledger.changes.filter((change) => change.field === field)
	);
	for (const { value, change } of whole?.values ?? [])
		if (change) expect(shown.some((other) => isSameValue(other, value))).toBe(true);
}
