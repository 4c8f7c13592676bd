import Bold from '@lucide/svelte/icons/bold';
import HeadingOne from '@lucide/svelte/icons/heading-1';
import HeadingTwo from '@lucide/svelte/icons/heading-2';
import Italic from '@lucide/svelte/icons/italic';
import ListChecks from '@lucide/svelte/icons/list-checks';
import ListOrdered from '@lucide/svelte/icons/list-ordered';
import List from '@lucide/svelte/icons/list';
import Strikethrough from '@lucide/svelte/icons/strikethrough';
import TextQuote from '@lucide/svelte/icons/text-quote';
import Underline from '@lucide/svelte/icons/underline';
import { m } from '#paraglide/messages.js';
import type { NoteBlock, NoteMark } from './note-blocks.ts';

/** The marks of the toolbar, in its order. */
export const MARK_BUTTONS: { mark: NoteMark; label: () => string; key: string; icon: typeof Bold }[] = [
	{ mark: 'bold', label: m.note_bold, key: 'B', icon: Bold },
	{ mark: 'italic', label: m.note_italic, key: 'I', icon: Italic },
	{ mark: 'underline', label: m.note_underline, key: 'U', icon: Underline },
	{ mark: 'strikethrough', label: m.note_strikethrough, key: '+X', icon: Strikethrough }
];

/** The blocks of the toolbar, in its order. */
export const BLOCK_BUTTONS: {
	block: Exclude<NoteBlock, 'text'>;
	label: () => string;
	key: string;
	icon: typeof Bold;
}[] = [
	{ block: 'heading', label: m.note_block_heading, key: '+1', icon: HeadingOne },
	{ block: 'subheading', label: m.note_block_subheading, key: '+2', icon: HeadingTwo },
	{ block: 'bullets', label: m.note_block_bullets, key: '+8', icon: List },
	{ block: 'numbers', label: m.note_block_numbers, key: '+7', icon: ListOrdered },
	{ block: 'checks', label: m.note_block_checks, key: '+9', icon: ListChecks },
	{ block: 'quote', label: m.note_block_quote, key: '+6', icon: TextQuote }
];

/** 'Strg+Umschalt+8' for '+8', 'Strg+B' for 'B'; as the keyboard of this device has it. */
export function keyNames(key: string): string {
	const isApple = /Mac|iPhone|iPad/.test(navigator.userAgent);
	const control = isApple ? '⌘' : `${m.note_key_ctrl()}+`;
	if (!key.startsWith('+')) return control + key;
	return control + (isApple ? '⇧' : `${m.note_key_shift()}+`) + key.slice(1);
}

/**
 * Arrow keys within a toolbar, as screen readers promise them: the button that `event` leads to, if any.
 * The toolbar is one stop of the Tab key; only one of its buttons has tabindex 0.
 */
export function buttonAfterKey(event: KeyboardEvent, buttons: HTMLElement[]): HTMLElement | undefined {
	const at = buttons.findIndex((button) => button === event.target);
	if (at < 0) return undefined;
	if (event.key === 'Home') return buttons[0];
	if (event.key === 'End') return buttons.at(-1);
	if (event.key === 'ArrowRight') return buttons[(at + 1) % buttons.length];
	if (event.key === 'ArrowLeft') return buttons.at(at - 1);
	return undefined;
}
