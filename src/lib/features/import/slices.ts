/** How long work may hold the page at a stretch, in ms. */
const SLICE_MS = 8;

/** Lets the page breathe: resolves after input and painting had their turn. Timers would wait, and sleep in hidden tabs. */
export const breathe = (): Promise<void> =>
	new Promise((resolve) => {
		const { port1, port2 } = new MessageChannel();
		port1.onmessage = () => {
			port1.close();
			resolve();
		};
		port2.postMessage(undefined);
	});

/**
 * Calls `work` for each item, in slices of at most 8 ms (a single long call apart). `progress` hears after each
 * slice how many are done. Throws the signal's reason when it is aborted.
 */
export async function inSlices<T>(
	items: readonly T[],
	work: (item: T, index: number) => void,
	{
		signal,
		progress
	}: { signal?: AbortSignal | undefined; progress?: ((done: number) => void) | undefined } = {}
): Promise<void> {
	let began = performance.now();
	for (const [index, item] of items.entries()) {
		work(item, index);
		if (performance.now() - began < SLICE_MS) continue;
		progress?.(index + 1);
		await breathe();
		signal?.throwIfAborted();
		began = performance.now();
	}
	signal?.throwIfAborted();
	progress?.(items.length);
}
