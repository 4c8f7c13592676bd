/** Characters that change the direction of text around them or that nobody can see: a name made of them could pose as another. */
const UNSEEN =
	/[\p{Cc}\p{Zl}\p{Zp}\u00AD\u061C\u180E\u200B\u200E\u200F\u202A-\u202E\u2060-\u2064\u2066-\u206F\uFEFF\uFFF9-\uFFFB]/gu;
const MAX_CHARACTERS = 80;

/** The name as everybody may see it, at most 80 characters on one line; undefined when nothing is left. */
export function cleanName(name: string): string | undefined {
	const line = name.toWellFormed().normalize('NFC').replace(/\s+/gu, ' ').replace(UNSEEN, '').trim();
	return [...line].slice(0, MAX_CHARACTERS).join('').trim() || undefined;
}
