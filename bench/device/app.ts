import type { Page } from '@playwright/test';
import type { WorkspaceId } from '#core/model/id.ts';
import { Member } from '../../tests/e2e/member.ts';
import { startRelay, type Relay } from '../../tests/e2e/relay.ts';
import { pushParties } from '../load/parties.ts';

/** Minutes of patience, in ms, for the filling of a device: it is not what is measured. */
const FILLING = 15 * 60_000;

/** A relay with parties and a colleague who has all of them on the device; the last of them has 500 entries. */
export class Office {
	readonly relay: Relay;
	readonly member: Member;

	private constructor(relay: Relay, member: Member) {
		this.relay = relay;
		this.member = member;
	}

	static async open(parties: number): Promise<Office> {
		const relay = await startRelay({ LOG_LEVEL: 'error' });
		process.once('exit', () => void relay.kill());
		const { workspace } = (await (await fetch(`${relay.url}/api/workspace`)).json()) as {
			workspace: WorkspaceId;
		};
		if (parties > 0) await pushParties({ url: relay.url, token: await relay.token(), workspace }, parties, 1);
		const member = await Member.join(relay, 'Bob Brandt');
		const office = new Office(relay, member);
		if (parties > 0) await office.filled(parties);
		return office;
	}

	/** Waits until list, documents and app are all on the device. */
	async filled(parties: number): Promise<void> {
		const { page } = this.member;
		await page
			.getByRole('status')
			.filter({ hasText: `${parties.toLocaleString('en-GB')} parties` })
			.waitFor({ timeout: FILLING });
		await page.goto(`${this.relay.url}/settings`);
		for (const words of [
			'Ready offline: the whole app is on this device.',
			'All parties are on this device and open without a network.'
		])
			await page.getByText(words).waitFor({ timeout: FILLING });
	}

	async [Symbol.asyncDispose](): Promise<void> {
		await this.member.dispose();
		await this.relay.dispose();
	}
}

/** In the page: ms from the start of navigation until `text` stands in the status line and a row below it is painted. */
export const listUsable = (page: Page, text: string): Promise<number> =>
	page.evaluate(
		(text) =>
			new Promise<number>((resolve) => {
				const look = (): void => {
					const said = [...document.querySelectorAll('[role=status]')].some((line) =>
						line.textContent?.includes(text)
					);
					if (!said || !document.querySelector('a[href*="/parties/"]')) return;
					watch.disconnect();
					// The frame after the one in which it stands in the page is on the screen.
					requestAnimationFrame(() => requestAnimationFrame(() => resolve(performance.now())));
				};
				const watch = new MutationObserver(look);
				watch.observe(document, { subtree: true, childList: true, characterData: true });
				look();
			}),
		text
	);

/** Megabytes of JavaScript objects that the tab holds after a collection. */
export async function heapMegabytes(page: Page): Promise<number> {
	const session = await page.context().newCDPSession(page);
	await session.send('HeapProfiler.collectGarbage');
	const { usedSize } = await session.send('Runtime.getHeapUsage');
	await session.detach();
	return usedSize / 1e6;
}
