const PAGE = 12;

/**
 * The row that `key` leads to from row `from` of `count`; -1 is the filter above the list, undefined no step at all.
 * In the filter only the arrow down leads out: the other keys are its own.
 */
export function rowStep(key: string, from: number, count: number, isFilter: boolean): number | undefined {
	if (count === 0) return undefined;
	if (isFilter) return key === 'ArrowDown' ? Math.min(from, count - 1) : undefined;
	switch (key) {
		case 'ArrowDown':
			return Math.min(from + 1, count - 1);
		case 'ArrowUp':
			return from - 1;
		case 'PageDown':
			return Math.min(from + PAGE, count - 1);
		case 'PageUp':
			return Math.max(from - PAGE, 0);
		case 'Home':
			return 0;
		case 'End':
			return count - 1;
		case '/':
		case 'Escape':
			return -1;
		default:
			return undefined;
	}
}
