import type * as Y from 'yjs';
import { CHANNEL_TYPES } from '../model/channel.ts';
import { FieldReader, type Fields, type Parsed, type Scalar } from '../model/fields.ts';
import { PARTY_ROLE_KEYS } from '../model/party-role.ts';
import { compareText } from '../model/rank.ts';
import { TOPIC_KEYS } from '../model/topic.ts';
import { FlatTable } from './flat-table.ts';
import { LOCAL_ORIGIN } from './origin.ts';
import { SETTINGS_ROOTS } from './roots.ts';
import type { UnreadableRow } from './table.ts';
import { Watch } from './watch.ts';

/** One thing to choose from: a party role, a topic, a type of channel. */
export type Choice = {
	key: string;
	/** The workspace's own word for it, '' to show the app's word for `key`. */
	label: string;
	/** Not offered any more; what has it keeps it. */
	hidden: boolean;
	rank: string;
};
export type ChoiceList = keyof typeof SETTINGS_ROOTS;

/** What a workspace begins with. It is code and never written into a document. */
const DEFAULTS: Record<ChoiceList, readonly string[]> = {
	partyRoles: PARTY_ROLE_KEYS,
	channelTypes: CHANNEL_TYPES,
	topics: TOPIC_KEYS
};

/** What a workspace has set apart from the defaults; empty values mean the default. */
type Override = { key: string; label: string; hidden: boolean; rank: string };

const SHAPE = {
	parse(id: string, fields: Fields): Parsed<Override> {
		const read = new FieldReader(fields);
		return read.result({
			key: id,
			label: read.text('label'),
			hidden: read.flag('hidden'),
			rank: read.text('rank')
		});
	},
	compare: (a: Override, b: Override) => compareText(a.key, b.key)
};

/** The workspace's settings: defaults from code, overridden key by key in flat tables of `W/settings`. */
export class SettingsDocument {
	readonly #doc: Y.Doc;
	readonly #tables: Record<ChoiceList, FlatTable<Override>>;
	readonly #watch: Watch;

	constructor(doc: Y.Doc) {
		this.#doc = doc;
		this.#watch = new Watch(doc);
		this.#tables = {
			partyRoles: new FlatTable(doc, SETTINGS_ROOTS.partyRoles, SHAPE),
			channelTypes: new FlatTable(doc, SETTINGS_ROOTS.channelTypes, SHAPE),
			topics: new FlatTable(doc, SETTINGS_ROOTS.topics, SHAPE)
		};
		for (const table of Object.values(this.#tables))
			table.observe((changed) => {
				for (const id of changed.keys()) this.#watch.touch(`${table.name}/${id}`);
			});
	}

	/** The choices of a list in their order, hidden ones too. */
	choices(list: ChoiceList): Choice[] {
		const table = this.#tables[list];
		const defaults = DEFAULTS[list];
		const own = table.list().filter((row) => !defaults.includes(row.key));
		const known = defaults.map((key, at): Choice => {
			const override = table.get(key);
			return {
				key,
				label: override?.label ?? '',
				hidden: override?.hidden ?? false,
				rank: override?.rank || defaultRank(at)
			};
		});
		// A row of one's own without a rank stands behind the defaults.
		const added = own.map((row) => ({ ...row, rank: row.rank || 'g' }));
		return [...known, ...added].sort((a, b) => compareText(a.rank, b.rank) || compareText(a.key, b.key));
	}

	/** Overrides one property of a choice, or begins a new one. Throws on a key with a slash. */
	set(list: ChoiceList, key: string, property: 'label' | 'hidden' | 'rank', value: Scalar): void {
		if (key === '' || key.includes('/')) throw new Error(`no key of a choice: ${key}`);
		this.#doc.transact(() => this.#tables[list].add(key, { [property]: value }), LOCAL_ORIGIN);
	}

	/** `path`: 'all', a list, or `list/key`. */
	observe(path: string, listener: () => void): () => void {
		return this.#watch.observe(path, listener);
	}

	unreadable(): UnreadableRow[] {
		return Object.values(this.#tables).flatMap((table) => table.unreadable());
	}

	destroy(): void {
		for (const table of Object.values(this.#tables)) table.destroy();
		this.#watch.destroy();
	}
}

/** Fractional indexes of the defaults in their order: a0, a1, ... */
const defaultRank = (at: number): string => `a${at.toString(36)}`;
