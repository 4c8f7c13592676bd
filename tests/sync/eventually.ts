import { setTimeout as wait } from 'node:timers/promises';

/** Waits until `holds`, looking every 2 ms; fails with `what` after 15 s. */
export async function eventually(holds: () => boolean, what: string): Promise<void> {
	for (const end = Date.now() + 15_000; !holds(); await wait(2))
		if (Date.now() > end) throw new Error(`did not come about: ${what}`);
}
