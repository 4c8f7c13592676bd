import * as Y from 'yjs';
import { newId, type EntryId } from '#core/model/id.ts';

/** What an edit carries, so that it is found again in whatever bytes a relay passes on: `~#` and eight digits. */
const MARK = '~#';
const DIGITS = 8;
const MARK_BYTES = Buffer.from(MARK);

const marker = (edit: number): string => MARK + String(edit).padStart(DIGITS, '0');

/** Calls `found` with the number of each edit whose marker stands in `bytes`. */
export function findMarkers(bytes: Buffer, found: (edit: number) => void): void {
	for (let at = bytes.indexOf(MARK_BYTES); at >= 0; at = bytes.indexOf(MARK_BYTES, at + MARK.length)) {
		let edit = 0;
		for (let digit = 0; digit < DIGITS; digit++)
			edit = edit * 10 + (bytes[at + MARK.length + digit] ?? 0) - 48;
		found(edit);
	}
}

/** One member's hands on one document: makes updates ahead of the run, so that making them costs nothing in it. */
export class Writer {
	readonly client: number;
	readonly #doc = new Y.Doc();
	readonly #entry: EntryId;

	/** `base` is the document as it stands; undefined begins a new one, with one note of `bytes` bytes. */
	constructor(base: Uint8Array | undefined, entry: EntryId = newId<EntryId>(), bytes = 200) {
		this.client = this.#doc.clientID;
		this.#entry = entry;
		if (base) Y.applyUpdate(this.#doc, base);
		else this.#begin(bytes);
	}

	get entry(): EntryId {
		return this.#entry;
	}

	/** The whole document so far. */
	state(): Uint8Array {
		return Y.encodeStateAsUpdate(this.#doc);
	}

	#begin(bytes: number): void {
		this.#doc.transact(() => {
			const body = new Y.XmlElement('root');
			const entry = new Y.Map<unknown>();
			entry.set('kind', 'note');
			entry.set('at', 1_790_000_000_000);
			entry.set('title', 'Besuch bei Muster GmbH');
			entry.set('body', body);
			this.#doc.getMap('entries').set(this.#entry, entry);
			this.#doc.getMap('record').set('name', 'Muster GmbH');
			const text = new Y.XmlText();
			body.insert(0, [text]);
			text.insert(0, 'Angebot besprochen. '.repeat(Math.ceil(bytes / 20)));
		});
	}

	/** A change typed into the note: the update of it alone, carrying the marker of `edit`. */
	type(edit: number): Uint8Array {
		return this.#change(() => {
			const text = this.#text();
			text.insert(text.length, marker(edit));
		});
	}

	/** Further notes of some 400 bytes each, `bytes` in all, in one update; `edit` marks the end of the last. */
	notes(edit: number, bytes: number): Uint8Array {
		const count = Math.max(1, Math.round(bytes / 400));
		return this.#change(() => {
			for (let note = 1; note <= count; note++) {
				const entry = new Y.Map<unknown>();
				entry.set('kind', 'note');
				entry.set('at', 1_790_000_000_000);
				const body = new Y.XmlElement('root');
				entry.set('body', body);
				this.#doc.getMap('entries').set(newId<EntryId>(), entry);
				const text = new Y.XmlText();
				body.insert(0, [text]);
				text.insert(
					0,
					'Angebot besprochen. '.repeat(Math.ceil(bytes / count / 20)) + (note === count ? marker(edit) : '')
				);
			}
		});
	}

	#text(): Y.XmlText {
		const entry = this.#doc.getMap('entries').get(this.#entry);
		const body = entry instanceof Y.Map ? entry.get('body') : undefined;
		const text = body instanceof Y.XmlElement ? body.get(0) : undefined;
		if (!(text instanceof Y.XmlText)) throw new Error('the note is missing');
		return text;
	}

	#change(change: () => void): Uint8Array {
		const updates: Uint8Array[] = [];
		const keep = (update: Uint8Array): unknown => updates.push(update);
		this.#doc.on('update', keep);
		this.#doc.transact(change);
		this.#doc.off('update', keep);
		const [update] = updates;
		if (!update || updates.length > 1) throw new Error('one change makes one update');
		return update;
	}
}
