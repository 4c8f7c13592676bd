import { test as base } from '@playwright/test';
import { Member } from './member.ts';
import { startRelay, type Relay } from './relay.ts';

type Story = {
	relay: Relay;
	/** Brings a person with a device of their own into the story. */
	join: (name: string) => Promise<Member>;
};

/** `test` for stories: each gets a relay of its own with an empty workspace, shown in the report when it fails. */
export const test = base.extend<Story>({
	relay: async ({}, use, info) => {
		const relay = await startRelay();
		await use(relay);
		if (info.status !== info.expectedStatus)
			await info.attach('relay', { body: relay.output, contentType: 'text/plain' });
		await relay.dispose();
	},
	join: async ({ relay }, use, info) => {
		const members: Member[] = [];
		await use(async (name) => {
			const member = await Member.join(relay, name);
			members.push(member);
			return member;
		});
		for (const member of members) {
			if (info.status !== info.expectedStatus && member.isOpen)
				await info.attach(member.name, { body: await member.page.screenshot(), contentType: 'image/png' });
			await member.dispose();
		}
	}
});

export { expect } from '@playwright/test';
