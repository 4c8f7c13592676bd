export { default as NoteText } from './NoteText.svelte';

/** The editor of notes; a chunk of its own, so that the first page stays small. */
export const loadNoteEditor = async () => (await import('./NoteEditor.svelte')).default;
