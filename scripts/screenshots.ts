import { mkdirSync } from 'node:fs';
import { expect } from '@playwright/test';
import type { WorkspaceId } from '#core/model/id.ts';
import { pushParties } from '../bench/load/parties.ts';
import { Member } from '../tests/e2e/member.ts';
import { startRelay } from '../tests/e2e/relay.ts';
import { ensureBuilt } from './build.ts';

// `npm run screenshots`: the pictures of the README, taken from the real app with two people in it.
const FOLDER = 'docs/screenshots';

const picture = async (member: Member, name: string): Promise<void> => {
	await member.page.screenshot({ path: `${FOLDER}/${name}.png` });
	console.log(`${FOLDER}/${name}.png`);
};

ensureBuilt();
mkdirSync(FOLDER, { recursive: true });
const relay = await startRelay();
const people: Member[] = [];
try {
	const { workspace } = (await (await fetch(`${relay.url}/api/workspace`)).json()) as {
		workspace: WorkspaceId;
	};
	await pushParties({ url: relay.url, token: await relay.token(), workspace }, 120);
	const alice = await Member.join(relay, 'Alice Ahrens');
	const bob = await Member.join(relay, 'Bob Brandt');
	people.push(alice, bob);
	const url = await alice.createParty('Muster Maschinenbau GmbH');
	await alice.fillField('Industry', 'Maschinenbau');
	await alice.fillField('Number', 'K-000121');
	await bob.page.goto(url);
	await alice.writeNote('Besuch am Montag: Angebot für zwei Pressen, Lieferzeit acht Wochen.');
	await expect(bob.timeline).toContainText('Lieferzeit acht Wochen.');
	await bob.appendToNote('Lieferzeit acht Wochen.', ' Frau Weber entscheidet bis Freitag.');
	await expect(alice.noteEditor).toContainText('bis Freitag.');
	await picture(alice, 'party');

	await bob.readyOffline();
	await bob.page.goto(url);
	await expect(bob.field('Industry')).toBeVisible();
	await bob.goOffline();
	await bob.fillField('Industry', 'Werkzeugbau');
	await expect(bob.syncState).toHaveAccessibleName(/waiting/);
	await picture(bob, 'offline');
	await alice.fillField('Industry', 'Sondermaschinenbau');
	await expect(alice.syncState).toHaveAccessibleName(/saved/);
	await bob.goOnline();
	await expect(bob.page.getByRole('group', { name: /Two versions: Industry/ }).first()).toBeVisible();
	await picture(bob, 'two-versions');
	await bob.page
		.getByRole('link', { name: /Receipts/ })
		.first()
		.click();
	await bob.page
		.getByRole('button', { name: /Take this one/ })
		.first()
		.waitFor();
	// The toast that led here is on its way out.
	await expect(bob.page.getByText('Back in contact')).toBeHidden();
	await picture(bob, 'receipt');
	await alice.openList();
	await alice.page.getByRole('status').filter({ hasText: '121 parties' }).waitFor();
	await picture(alice, 'parties');
} finally {
	for (const member of people) await member.dispose();
	await relay.dispose();
}
