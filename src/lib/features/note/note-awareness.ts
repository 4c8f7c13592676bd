import * as Y from 'yjs';
import type { Awareness } from 'y-protocols/awareness';

/** What one member shows of itself in one note. Its name is not in here: names come from the relay (rule 16). */
export type NoteCursor = { anchor: Y.RelativePosition; focus: Y.RelativePosition };

/** The state that the editor library keeps of each client. Only the positions and the focus leave this file. */
type EditorState = {
	anchorPos: Y.RelativePosition | null;
	focusPos: Y.RelativePosition | null;
	focusing: boolean;
	name: string;
	color: string;
	awarenessData: object;
	[key: string]: unknown;
};

const FIELD = 'note';

/**
 * Stands between the editor library, which writes whole states, and the one awareness that a party's document has
 * for all of its notes and for everything else: it touches only the field `note: { id, cursor }`, and only while
 * this note has the focus, so that two open notes do not fight for the field.
 */
export function noteAwareness(awareness: Awareness, id: string) {
	let mine: EditorState = {
		anchorPos: null,
		focusPos: null,
		focusing: false,
		name: '',
		color: '',
		awarenessData: {}
	};

	const isMine = () => noteField(awareness.getLocalState())?.['id'] === id;
	const publish = () => {
		const { anchorPos, focusPos, focusing } = mine;
		if (focusing && anchorPos && focusPos)
			awareness.setLocalStateField(FIELD, { id, cursor: { anchor: anchorPos, focus: focusPos } });
		else if (isMine()) awareness.setLocalStateField(FIELD, null);
	};
	const ignore = () => undefined;

	return {
		/** What the editor library takes for the connection's provider. */
		provider: {
			awareness: {
				getLocalState: () => mine,
				// The library would paint its own cursors from these; `note-cursors.ts` does it with announced names.
				getStates: () => new Map<number, EditorState>(),
				setLocalState: (state: EditorState | null) => {
					mine = state ?? { ...mine, anchorPos: null, focusPos: null, focusing: false };
					publish();
				},
				setLocalStateField: (field: string, value: unknown) => {
					mine = { ...mine, [field]: value };
					publish();
				},
				on: ignore,
				off: ignore
			},
			connect: ignore,
			disconnect: ignore,
			on: ignore,
			off: ignore
		},
		/** Tells the others that my cursor is in this note, or no longer. */
		setFocus(focusing: boolean) {
			mine = { ...mine, focusing };
			publish();
		},
		/** The cursors of the others in this note, by client id. */
		others(): Map<number, NoteCursor> {
			const cursors = new Map<number, NoteCursor>();
			for (const [client, state] of awareness.getStates()) {
				const field = client === awareness.clientID ? undefined : noteField(state);
				const cursor = field?.['id'] === id ? readCursor(field['cursor']) : undefined;
				if (cursor) cursors.set(client, cursor);
			}
			return cursors;
		},
		observe(changed: () => void): () => void {
			awareness.on('change', changed);
			return () => awareness.off('change', changed);
		},
		/** Takes my cursor out of this note; the other fields stay. */
		close() {
			mine = { ...mine, focusing: false };
			publish();
		}
	};
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
	typeof value === 'object' && value !== null;

function noteField(state: unknown): Record<string, unknown> | undefined {
	const field = isRecord(state) ? state[FIELD] : undefined;
	return isRecord(field) ? field : undefined;
}

/** Presence is relayed unread, so it is checked here: anybody may have written it. */
function readCursor(cursor: unknown): NoteCursor | undefined {
	if (!isRecord(cursor)) return undefined;
	const anchor = readPosition(cursor['anchor']);
	const focus = readPosition(cursor['focus']);
	return anchor && focus ? { anchor, focus } : undefined;
}

function readPosition(value: unknown): Y.RelativePosition | undefined {
	if (!isRecord(value)) return undefined;
	const type = readId(value['type']);
	const item = readId(value['item']);
	// A position by the name of a root (`tname`) would create that root in our document when it is resolved.
	if (!type && !item) return undefined;
	const assoc = value['assoc'];
	return new Y.RelativePosition(type, null, item, typeof assoc === 'number' ? assoc : 0);
}

function readId(value: unknown): Y.ID | null {
	if (!isRecord(value)) return null;
	const { client, clock } = value;
	const isCount = (n: unknown): n is number => Number.isSafeInteger(n) && (n as number) >= 0;
	return isCount(client) && isCount(clock) ? Y.createID(client, clock) : null;
}
