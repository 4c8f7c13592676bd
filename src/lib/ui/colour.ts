const HUES = 8;

/** Which of the eight colours of `theme.css` (`hue-0` to `hue-7`) somebody has; the same on every device. */
export function hueOf(id: string): number {
	let hash = 0;
	for (let i = 0; i < id.length; i++) hash = (hash * 31 + id.charCodeAt(i)) >>> 0;
	return hash % HUES;
}

/** Up to two letters that stand for a name. */
export function initials(name: string): string {
	const words = name.trim().split(/\s+/);
	const letters = words.length > 1 ? [words[0], words[words.length - 1]] : [words[0]];
	return letters
		.map((word) => [...(word ?? '')][0] ?? '')
		.join('')
		.toLocaleUpperCase();
}
