import { spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, expect, type BrowserContext, type Locator, type Page } from '@playwright/test';
import { findChromium } from '../../scripts/chromium.ts';
import type { Relay } from './relay.ts';

/** A person at a device of their own: a browser profile on disk that survives closing the browser. */
export class Member {
	readonly name: string;
	readonly #profile: string;
	readonly #url: string;
	#context: BrowserContext | undefined;
	#page: Page | undefined;

	private constructor(name: string, profile: string, url: string) {
		this.name = name;
		this.#profile = profile;
		this.#url = url;
	}

	/** Starts a browser for the first time, gives the name, and waits for the party list. English unless told. */
	static async join(relay: Relay, name: string): Promise<Member> {
		const member = new Member(name, await mkdtemp(join(tmpdir(), 'rapport-profile-')), relay.url);
		await member.startBrowser();
		const { page } = member;
		await page.goto(relay.url);
		await page.getByLabel('Your name').fill(name);
		await page.getByRole('button', { name: 'Start' }).click();
		await page.getByRole('heading', { level: 1, name: 'Parties' }).waitFor();
		return member;
	}

	get isOpen(): boolean {
		return this.#page !== undefined && !this.#page.isClosed();
	}

	get page(): Page {
		if (!this.#page) throw new Error(`${this.name} has no browser open`);
		return this.#page;
	}

	get context(): BrowserContext {
		if (!this.#context) throw new Error(`${this.name} has no browser open`);
		return this.#context;
	}

	/** The overall sync state in words, as everybody sees it in the top bar. */
	get syncState(): Locator {
		return this.page.getByRole('banner').getByRole('button', { name: /^Sync state/ });
	}

	async startBrowser(): Promise<void> {
		const executablePath = findChromium();
		this.#context = await chromium.launchPersistentContext(this.#profile, {
			...(executablePath ? { executablePath } : {}),
			args: ['--no-sandbox', '--disable-background-networking', '--disable-component-update'],
			locale: 'en-GB',
			timezoneId: 'Europe/Berlin',
			viewport: { width: 1280, height: 800 }
		});
		this.#page = this.#context.pages()[0] ?? (await this.#context.newPage());
	}

	/** Ends the browser; what is on the device stays. */
	async quitBrowser(): Promise<void> {
		await this.#context?.close();
		this.#context = undefined;
		this.#page = undefined;
	}

	/** Takes the whole browser away at once, as a power cut would. */
	async killBrowser(): Promise<void> {
		const closed = this.context.waitForEvent('close');
		spawnSync('pkill', ['-9', '-f', this.#profile]);
		await closed;
		this.#context = undefined;
		this.#page = undefined;
	}

	async goOffline(): Promise<void> {
		await this.context.setOffline(true);
		await expect(this.syncState).toHaveAccessibleName(/offline/);
	}

	async goOnline(): Promise<void> {
		await this.context.setOffline(false);
	}

	/** Waits until the app itself is on the device, so that it starts without a network. */
	async readyOffline(): Promise<void> {
		await this.page.goto(`${this.#url}/settings`);
		await expect(this.page.getByText('Ready offline: the whole app is on this device.')).toBeVisible();
		await expect(
			this.page.getByText('All parties are on this device and open without a network.')
		).toBeVisible();
	}

	async openList(): Promise<void> {
		await this.page.goto(`${this.#url}/parties`);
	}

	/** Makes an organisation; the browser is then on its page. Returns its address. */
	async createParty(name: string): Promise<string> {
		const { page } = this;
		await page.getByRole('button', { name: 'New party' }).first().click();
		await page.getByRole('dialog').getByRole('textbox', { name: 'Name' }).fill(name);
		await page.keyboard.press('Enter');
		await page.waitForURL('**/parties/*');
		await expect(page.getByRole('heading', { level: 1, name })).toBeVisible();
		return page.url();
	}

	/** Writes into a field of the record and leaves it. */
	async fillField(label: string, value: string): Promise<void> {
		await this.page.getByRole('textbox', { name: label, exact: true }).fill(value);
		await this.page.keyboard.press('Tab');
	}

	field(label: string): Locator {
		return this.page.getByRole('textbox', { name: label, exact: true });
	}

	/** Makes a note and types into it; the editor stays open. */
	async writeNote(text: string): Promise<void> {
		const { page } = this;
		await page.getByRole('button', { name: 'Note', exact: true }).click();
		await expect(this.noteEditor).toBeFocused();
		await page.keyboard.type(text);
	}

	/** Opens the note that contains `text` and types at the end of its line. */
	async appendToNote(text: string, more: string): Promise<void> {
		const { page } = this;
		if (!(await this.noteEditor.isVisible())) await page.getByRole('article').getByText(text).click();
		await expect(this.noteEditor).toContainText(text);
		await this.noteEditor.click();
		await page.keyboard.press('Control+End');
		await page.keyboard.type(more);
	}

	get noteEditor(): Locator {
		return this.page.getByRole('textbox', { name: 'Note', exact: true });
	}

	get timeline(): Locator {
		return this.page.getByRole('region', { name: 'Timeline' });
	}

	/** Another tab of the same browser. */
	async newTab(url: string): Promise<Page> {
		const page = await this.context.newPage();
		await page.goto(url);
		return page;
	}

	async dispose(): Promise<void> {
		await this.quitBrowser();
		await rm(this.#profile, { recursive: true, force: true });
	}
}
