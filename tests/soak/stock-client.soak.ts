import { expect, it } from 'vitest';
import { startRelay } from '../sync/relay.ts';
import { stay } from './stock-client.ts';

const MINUTES = Number(process.env.MINUTES ?? 5);

it(`3. a stock client stays for ${MINUTES} minutes without reconnecting, sees the edits and is seen`, async () => {
	const went = await stay(await startRelay(), MINUTES);
	console.log(went);
	expect(went).toMatchObject({ reconnects: 0, isPresent: true });
	expect(went.seen).toBeGreaterThan(MINUTES * 15);
	expect(went.heard).toBeGreaterThan(MINUTES * 15);
});
