/** Cuts `items` into lists of at most `most` items and `bytes` bytes; a single larger item travels alone. */
export async function* batchesOf<T>(
	items: AsyncIterable<T> | Iterable<T>,
	size: (item: T) => number,
	{ most, bytes }: { most: number; bytes: number }
): AsyncGenerator<T[], void, undefined> {
	let batch: T[] = [];
	let total = 0;
	for await (const item of items) {
		if (batch.length > 0 && (batch.length >= most || total + size(item) > bytes)) {
			yield batch;
			batch = [];
			total = 0;
		}
		batch.push(item);
		total += size(item);
	}
	if (batch.length > 0) yield batch;
}
