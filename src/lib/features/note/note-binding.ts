import { ListItemNode } from '@lexical/list';
import {
	$getAnchorAndFocusForUserState,
	createBindingV2__EXPERIMENTAL,
	syncLexicalUpdateToYjsV2__EXPERIMENTAL,
	syncYjsChangesToLexicalV2__EXPERIMENTAL,
	syncYjsStateToLexicalV2__EXPERIMENTAL,
	type BindingV2
} from '@lexical/yjs';
import {
	$createParagraphNode,
	$getRoot,
	CAN_REDO_COMMAND,
	CAN_UNDO_COMMAND,
	COLLABORATION_TAG,
	COMMAND_PRIORITY_EDITOR,
	HISTORIC_TAG,
	mergeRegister,
	PASTE_TAG,
	REDO_COMMAND,
	SKIP_COLLAB_TAG,
	UNDO_COMMAND,
	type LexicalEditor
} from 'lexical';
import type { Awareness } from 'y-protocols/awareness';
import type * as Y from 'yjs';
import { noteAwareness, type NoteCursor } from './note-awareness.ts';
import { problemIn, problemInEvents, type NoteProblem } from './note-schema.ts';
import { $giveText, $holds, $mapTexts, $numberLists, $shows, dropMerged } from './note-shape.ts';
import { $putSelection, $takeSelection, type NotePoint } from './note-selection.ts';
import { noteUndo } from './note-undo.ts';

/** Why an editor let go of its note. `text` is what stood in it, so that nothing typed is lost with a deletion. */
export type NoteEnd =
	| { state: 'deleted'; text: string }
	| { state: 'unreadable'; problem: NoteProblem }
	| { state: 'failed'; error: unknown };

/** A note's body: a Y.XmlElement without a name, nested in the row of its entry. */
export type NoteBody = Y.XmlElement;
export type NoteDocument = Y.Doc;
export type NoteAwareness = Awareness;

export type NoteBindingOptions = {
	body: NoteBody;
	doc: NoteDocument;
	awareness: NoteAwareness;
	/** Unique among the notes of the document. */
	id: string;
	/** Whether this member may write; a reader's editor follows and never writes, not even to tidy up. */
	mayWrite: boolean;
	/** True only where the note has just been made: writes the first paragraph, if there is nothing yet. */
	isCreator: boolean;
	/** Called at most once; the editor is read-only and unbound by then. */
	onEnd: (end: NoteEnd) => void;
};

/** Where another client's cursor stands in this editor's nodes. */
export type NoteCaret = { clientId: number; anchor: NotePoint; focus: NotePoint };

export type BoundNote = {
	readonly undoManager: Y.UndoManager;
	undo: () => void;
	redo: () => void;
	setFocus: (focusing: boolean) => void;
	carets: () => NoteCaret[];
	observeCarets: (changed: () => void) => () => void;
	/** Reports an error of the editor itself: what is stored is shown anew, or the note is let go. */
	fail: (error: unknown) => void;
	close: () => void;
};

/**
 * Ties `editor` to a note's body, both ways, until `close` or `onEnd`. The only file that knows `@lexical/yjs`.
 * The rules it keeps: what is stored is shown before anything can be typed; a change from elsewhere is never
 * answered with a write; after each change from elsewhere the editor shows exactly what is stored.
 */
export function bindNote(editor: LexicalEditor, options: NoteBindingOptions): BoundNote {
	const { body, doc, mayWrite } = options;
	const binding = createBindingV2__EXPERIMENTAL(editor, options.id, doc, new Map(), {
		getXmlElement: () => body,
		excludedProperties: localProperties(editor)
	});
	const presence = noteAwareness(options.awareness, options.id);
	const { provider } = presence;
	const undoManager = noteUndo(body, binding, () => !binding.isBootstrapping);
	let isOpen = true;
	let failure: unknown;

	/** Takes over what is stored, in one step, and with my cursor where it belongs afterwards. */
	const takeOver = (read: () => void) => {
		editor.update(
			() => {
				const kept = $takeSelection();
				// The library's update within this one runs after it, and then the last one.
				read();
				editor.update(() => {
					if ($getRoot().isEmpty()) $getRoot().append($createParagraphNode());
					$numberLists(binding.mapping, $getRoot());
					if (kept) $putSelection(kept, $resolve(binding, ownPosition()));
				});
			},
			{ discrete: true, skipTransforms: true, tag: COLLABORATION_TAG }
		);
	};
	const ownPosition = () => {
		const { anchorPos, focusPos } = provider.awareness.getLocalState();
		return anchorPos && focusPos ? { anchor: anchorPos, focus: focusPos } : undefined;
	};
	const isShown = () => editor.read('latest', () => $shows($getRoot(), body));

	const hydrate = () => {
		takeOver(() => {
			// Given an empty body the library would write a paragraph, and so would everybody who opens the note.
			if (body.length > 0) syncYjsStateToLexicalV2__EXPERIMENTAL(binding, provider);
			else $getRoot().clear();
		});
	};

	/** Reads everything anew, or lets go of the note when even that does not work. */
	const recover = (error: unknown) => {
		if (!isOpen) return;
		failure = undefined;
		hydrate();
		// Blocks that the library nests otherwise do no harm: what is edited next is stored as it is shown.
		const isWhole = !failure && editor.read('latest', () => $holds($getRoot(), body));
		if (!isWhole) end({ state: 'failed', error: failure ?? error });
	};

	const onEvents = (events: Y.YEvent<Y.XmlElement | Y.XmlText>[], transaction: Y.Transaction) => {
		if (!isOpen || transaction.origin === binding) return;
		const problem = problemInEvents(events);
		if (problem) return end({ state: 'unreadable', problem });
		failure = undefined;
		const isUndo = transaction.origin === undoManager;
		takeOver(() => syncYjsChangesToLexicalV2__EXPERIMENTAL(binding, provider, events, transaction, isUndo));
		// The library loses blocks that it took for empty and that are filled again.
		if (failure || !isShown()) recover(failure ?? new Error('note shown differs from note stored'));
	};

	const onTransaction = () => {
		if (isOpen && body._item?.deleted) {
			end({ state: 'deleted', text: editor.read('latest', () => $getRoot().getTextContent()) });
		}
	};

	const stop = mergeRegister(
		editor.registerUpdateListener((update) => {
			const { tags, editorState, normalizedNodes } = update;
			if (tags.has(SKIP_COLLAB_TAG)) return;
			if (tags.has(COLLABORATION_TAG) || tags.has(HISTORIC_TAG) || !mayWrite) {
				const texts = dropMerged(binding.mapping, normalizedNodes);
				editorState.read(() => texts.forEach((text) => $mapTexts(binding.mapping, text.parent)));
				return;
			}
			if (tags.has(PASTE_TAG)) undoManager.stopCapturing();
			doc.transact(() => {
				syncLexicalUpdateToYjsV2__EXPERIMENTAL(
					binding,
					provider,
					update.prevEditorState,
					editorState,
					update.dirtyElements,
					update.dirtyLeaves,
					normalizedNodes,
					tags
				);
				editorState.read(() => $giveText(binding.mapping, update.dirtyElements.keys()));
			}, binding);
		}),
		// Later, because commands run inside of an update, and what is typed must be stored before it is undone.
		editor.registerCommand(UNDO_COMMAND, () => (queueMicrotask(undo), true), COMMAND_PRIORITY_EDITOR),
		editor.registerCommand(REDO_COMMAND, () => (queueMicrotask(redo), true), COMMAND_PRIORITY_EDITOR)
	);

	const flush = () => editor.update(() => undefined, { discrete: true });
	const undo = () => {
		if (!isOpen) return;
		flush();
		undoManager.undo();
	};
	const redo = () => {
		if (!isOpen) return;
		flush();
		undoManager.redo();
	};
	const tellUndo = () => {
		editor.dispatchCommand(CAN_UNDO_COMMAND, undoManager.undoStack.length > 0);
		editor.dispatchCommand(CAN_REDO_COMMAND, undoManager.redoStack.length > 0);
	};

	const release = () => {
		isOpen = false;
		stop();
		body.unobserveDeep(onEvents);
		doc.off('afterTransaction', onTransaction);
		presence.close();
		undoManager.destroy();
	};
	const close = () => {
		if (!isOpen) return;
		flush();
		release();
	};
	const end = (why: NoteEnd) => {
		if (!isOpen) return;
		release();
		editor.setEditable(false);
		options.onEnd(why);
	};

	const bootstrap = () => {
		binding.isBootstrapping = true;
		editor.update(() => void $getRoot().clear().append($createParagraphNode()), { discrete: true });
		binding.isBootstrapping = false;
	};

	body.observeDeep(onEvents);
	doc.on('afterTransaction', onTransaction);
	undoManager.on('stack-item-added', tellUndo);
	undoManager.on('stack-item-popped', tellUndo);
	undoManager.on('stack-cleared', tellUndo);
	const problem = problemIn(body);
	if (problem) end({ state: 'unreadable', problem });
	else if (options.isCreator && mayWrite && body.length === 0) bootstrap();
	else hydrate();

	return {
		undoManager,
		undo,
		redo,
		setFocus: (focusing) => presence.setFocus(focusing && mayWrite && isOpen),
		carets: () => (isOpen ? readCarets(editor, binding, presence.others()) : []),
		observeCarets: presence.observe,
		fail: (error) => {
			failure = error;
			// Not now: the editor is in the middle of it, and puts its last state back first.
			queueMicrotask(() => {
				if (failure === error) recover(error);
			});
		},
		close
	};
}

/** Properties that each editor has for itself: styles are not taken over at all, numbers of lists are counted. */
function localProperties(editor: LexicalEditor): BindingV2['excludedProperties'] {
	const excluded: BindingV2['excludedProperties'] = new Map();
	for (const { klass } of editor._nodes.values()) excluded.set(klass, new Set(['__style', '__textStyle']));
	excluded.get(ListItemNode)?.add('__value');
	return excluded;
}

function readCarets(editor: LexicalEditor, binding: BindingV2, others: Map<number, NoteCursor>): NoteCaret[] {
	return editor.read('latest', () =>
		[...others].flatMap(([clientId, cursor]) => {
			const at = $resolve(binding, cursor);
			return at ? [{ clientId, ...at }] : [];
		})
	);
}

/** Where a stored position is in the editor's nodes now, or undefined when its text is no longer there. */
function $resolve(binding: BindingV2, cursor: NoteCursor | undefined) {
	if (!cursor) return undefined;
	const at = $getAnchorAndFocusForUserState(binding, {
		anchorPos: cursor.anchor,
		focusPos: cursor.focus,
		focusing: true,
		name: '',
		color: '',
		awarenessData: {}
	});
	if (at.anchorKey === null || at.focusKey === null) return undefined;
	return {
		anchor: { key: at.anchorKey, offset: at.anchorOffset },
		focus: { key: at.focusKey, offset: at.focusOffset }
	};
}
