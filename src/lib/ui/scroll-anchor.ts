/** The row at the upper edge of a list and how many pixels of it are above the edge. */
export type Anchor = { key: string; index: number; above: number };

/** Which row is at `offset` pixels from the top; undefined at the very top, where new rows may show. */
export function anchorAt<T>(
	items: readonly T[],
	keyOf: (item: T) => string,
	rowHeight: number,
	offset: number
): Anchor | undefined {
	if (offset <= 0) return undefined;
	const index = Math.min(items.length - 1, Math.floor(offset / rowHeight));
	const item = items[index];
	return item === undefined ? undefined : { key: keyOf(item), index, above: offset - index * rowHeight };
}

/** Pixels from the top at which `anchor` is in place again; near where it was when its row is gone. */
export function offsetOf<T>(
	items: readonly T[],
	keyOf: (item: T) => string,
	rowHeight: number,
	anchor: Anchor
): number {
	const found = nearest(items, keyOf, anchor);
	const index = found ?? Math.min(anchor.index, Math.max(0, items.length - 1));
	return index * rowHeight + anchor.above;
}

/** Looks outwards from where the row was: it has seldom moved far. */
function nearest<T>(items: readonly T[], keyOf: (item: T) => string, anchor: Anchor): number | undefined {
	for (let step = 0; step < items.length + anchor.index; step++) {
		for (const index of step === 0 ? [anchor.index] : [anchor.index + step, anchor.index - step]) {
			const item = items[index];
			if (item !== undefined && keyOf(item) === anchor.key) return index;
		}
	}
	return undefined;
}
