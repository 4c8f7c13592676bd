import { test as base } from '@playwright/test';
import { startRelay, type Relay } from './relay.ts';

/** `test` for stories: each gets a relay of its own with an empty workspace, shown in the report when it fails. */
export const test = base.extend<{ relay: Relay }>({
	relay: async ({}, use, info) => {
		const relay = await startRelay();
		await use(relay);
		if (info.status !== info.expectedStatus)
			await info.attach('relay', { body: relay.output, contentType: 'text/plain' });
		await relay.dispose();
	}
});

export { expect } from '@playwright/test';
