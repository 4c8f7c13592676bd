import * as Y from 'yjs';
import type { ChangeId } from '../../model/id.ts';
import type { FieldPath } from '../../model/change.ts';
import type { Scalar } from '../../model/fields.ts';
import { recordField, rowField } from '../field-path.ts';
import type { PendingEdit } from '../field-edit.ts';
import { FlatTable } from '../flat-table.ts';
import { LOCAL_ORIGIN } from '../origin.ts';
import { PARTY_SHAPES, type TrashTable } from '../party.ts';
import type { Ledger } from './ledger.ts';
import type { Chance } from './random.ts';
import type { Replica } from './replica.ts';

/** `focus`: how many edits of 100 go to one and the same field. */
export type Scene = { chance: Chance; replica: Replica; ledger: Ledger; now: number; focus: number };
type Command = (scene: Scene) => void;

const WORDS = ['Muster', 'GmbH', 'Ulm', 'Straße', '', 'Dr.', 'Einkauf', '0731'];
const TRASHED: readonly TrashTable[] = ['channels', 'addresses', 'persons', 'entries'];

const note = ({ replica, ledger }: Scene, id: ChangeId | undefined): void => {
	if (!id) return;
	// From the raw document, because a change may be read wrongly by the code that is tested.
	const raw = replica.doc.getMap('changes').get(id) as Parameters<Ledger['noteChange']>[0];
	if (raw) ledger.noteChange({ ...raw, id });
};

const someField = ({ chance, replica, focus }: Scene): FieldPath => {
	// Most edits meet in few fields, so that they do meet.
	if (chance.happens(focus)) return recordField('name');
	if (chance.happens(50)) return recordField(chance.pick(['name', 'remarks']) ?? 'name');
	const table = chance.pick(['channels', 'addresses', 'persons'] as const) ?? 'persons';
	const key = { channels: 'value', addresses: 'city', persons: 'function' }[table];
	const row = chance.pick(replica.party[table].list().map((thing) => thing.id));
	return row ? rowField(table, row, key) : recordField('number');
};

const someValue = ({ chance }: Scene): Scalar =>
	`${chance.pick(WORDS) ?? ''} ${chance.happens(50) ? chance.number(0, 9) : ''}`.trim();

const setField: Command = (scene) => {
	const { replica, now } = scene;
	note(scene, replica.party.setField(someField(scene), someValue(scene), replica.member, now));
};

const type: Command = (scene) => {
	const { chance, replica, now } = scene;
	if (replica.edits.length < 3) replica.edits.push(replica.party.beginEdit(someField(scene), replica.member));
	for (let keys = chance.number(1, 4); keys > 0; keys--)
		chance.pick(replica.edits)?.type(someValue(scene), now);
};

const leaveField: Command = (scene) => {
	const { chance, replica, now } = scene;
	const edit = chance.pick(replica.edits);
	if (!edit) return;
	note(scene, edit.finish(now));
	if (chance.happens(50)) replica.edits.splice(replica.edits.indexOf(edit), 1);
};

const setRole: Command = (scene) => {
	const { chance, replica, now } = scene;
	const key = chance.pick(['lead', 'customer']) ?? 'lead';
	note(scene, replica.party.setRole(key, chance.happens(60), replica.member, now));
};

const choose: Command = (scene) => {
	const { chance, replica, now } = scene;
	const conflict = chance.pick(replica.party.conflicts());
	const value = conflict && chance.pick(conflict.values)?.value;
	if (conflict && value !== undefined)
		note(scene, replica.party.choose(conflict.field, value, replica.member, now));
};

const undo: Command = (scene) => {
	const { chance, replica, ledger, now } = scene;
	const change = chance.pick(ledger.changes);
	const result = change && replica.party.undo(change.id, replica.member, now);
	if (result?.state === 'undone') note(scene, result.change);
};

const addRow: Command = ({ chance, replica, ledger, now }) => {
	const { party, member } = replica;
	const table = chance.pick(TRASHED) ?? 'entries';
	if (table === 'channels')
		ledger.rows.push({ table, id: party.addChannel({ type: 'phone', value: `0731 ${now}` }) });
	if (table === 'addresses') ledger.rows.push({ table, id: party.addAddress({ city: 'Ulm' }) });
	if (table === 'persons') ledger.rows.push({ table, id: party.addPerson({ familyName: 'Muster' }) });
	if (table !== 'entries') return;
	const id = chance.happens(50)
		? party.createNote(member, now)
		: party.addCall({ direction: 'in', content: 'Angebot' }, member, now);
	ledger.rows.push({ table, id });
};

const trashRow: Command = ({ chance, replica, now }) => {
	const table = chance.pick(TRASHED) ?? 'entries';
	const id = chance.pick(replica.party[table].list().map((row) => row.id));
	if (!id) return;
	if (chance.happens(50)) replica.party.remove(table, id, replica.member, now);
	else replica.party.restore(table, id);
};

const writeNote: Command = ({ chance, replica, now }) => {
	const entry = chance.pick(replica.party.entries.list().filter((row) => row.kind === 'note'));
	const body = entry && replica.party.noteBody(entry.id);
	if (!body) return;
	replica.doc.transact(() => {
		const block = chance.pick(body.toArray());
		if (!(block instanceof Y.XmlElement) || chance.happens(20)) {
			const paragraph = new Y.XmlElement(chance.happens(80) ? 'paragraph' : 'heading');
			paragraph.insert(0, [new Y.XmlText(`Zeile ${now}`)]);
			return body.insert(chance.number(0, body.length), [paragraph]);
		}
		if (chance.happens(10)) return body.delete(chance.number(0, body.length - 1), 1);
		const text = block.get(0);
		if (!(text instanceof Y.XmlText)) return;
		const at = chance.number(0, text.length);
		if (chance.happens(70)) text.insert(at, `${chance.pick(WORDS)} `);
		else if (chance.happens(50)) text.delete(at, Math.min(3, text.length - at));
		else text.format(at, Math.min(4, text.length - at), { __format: 1 });
	}, LOCAL_ORIGIN);
};

const restart: Command = (scene) => {
	const { replica, now } = scene;
	const edits = replica.restart();
	for (const pending of edits) note(scene, replica.party.finishEdit(pending as PendingEdit, now));
};

/** Two devices that know nothing of each other make the same derived row, each with keys of its own. */
const deriveRow: Command = ({ replica, now }) => {
	const roles = new FlatTable(replica.doc, 'roles', PARTY_SHAPES.roles);
	replica.doc.transact(() => {
		if (!roles.has('partner')) roles.add('partner', { active: true, since: now });
		roles.add('partner', { [`seen-${replica.member}`]: true });
	}, LOCAL_ORIGIN);
	roles.destroy();
};

const COMMANDS: readonly (readonly [number, Command])[] = [
	[20, setField],
	[20, type],
	[15, leaveField],
	[4, setRole],
	[8, choose],
	[4, undo],
	[6, addRow],
	[4, trashRow],
	[12, writeNote],
	[3, deriveRow],
	[2, restart]
];
const TOTAL = COMMANDS.reduce((sum, [weight]) => sum + weight, 0);

/** One thing that a member does, by chance. */
export function actByChance(scene: Scene): void {
	let at = scene.chance.number(1, TOTAL);
	for (const [weight, command] of COMMANDS) {
		at -= weight;
		if (at <= 0) return command(scene);
	}
}
