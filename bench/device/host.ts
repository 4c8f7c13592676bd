import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type BrowserContext, type Page } from '@playwright/test';
import { createServer, type ViteDevServer } from 'vite';
import { ensureChromium } from '../../scripts/ensure-chromium.ts';
import type { DevicePage } from './page.ts';

/** A device: a browser profile on disk that may be closed and started cold again. */
export class Device {
	readonly #folder: string;
	#context: BrowserContext | undefined;

	private constructor(folder: string) {
		this.#folder = folder;
	}

	static async create(): Promise<Device> {
		return new Device(await mkdtemp(join(tmpdir(), 'bench-device-')));
	}

	/** A page in a newly started browser; whatever ran before is gone but for what is on disk. */
	async coldStart(): Promise<Page> {
		await this.#context?.close();
		this.#context = await chromium.launchPersistentContext(this.#folder, {
			executablePath: ensureChromium(),
			args: ['--no-sandbox', '--disable-background-networking', '--disable-component-update'],
			locale: 'de-DE',
			viewport: { width: 1280, height: 800 }
		});
		return this.#context.pages()[0] ?? this.#context.newPage();
	}

	async [Symbol.asyncDispose](): Promise<void> {
		await this.#context?.close();
		await rm(this.#folder, { recursive: true, force: true });
	}
}

/** The app's own modules, served as they are to `page.ts` in a browser. */
export class Modules {
	readonly #server: ViteDevServer;

	private constructor(server: ViteDevServer) {
		this.#server = server;
	}

	static async serve(): Promise<Modules> {
		const root = join(import.meta.dirname, '../..');
		const server = await createServer({
			root,
			configFile: false,
			logLevel: 'error',
			appType: 'mpa',
			cacheDir: join(tmpdir(), 'rapport-bench-vite'),
			resolve: { alias: { $lib: join(root, 'src/lib') } },
			optimizeDeps: { entries: ['bench/device/page.html'] },
			server: { port: 0, host: '127.0.0.1', hmr: false, watch: null }
		});
		await server.listen();
		return new Modules(server);
	}

	/** Opens `page.ts` in `page`; returns how to call one of its functions. */
	async open(
		page: Page
	): Promise<
		<Name extends keyof DevicePage>(
			name: Name,
			...args: Parameters<DevicePage[Name]>
		) => Promise<Awaited<ReturnType<DevicePage[Name]>>>
	> {
		const [url] = this.#server.resolvedUrls?.local ?? [];
		if (!url) throw new Error('the modules are not served');
		await page.goto(`${url}bench/device/page.html`);
		await page.waitForFunction(() => 'page' in globalThis);
		return (name, ...args) =>
			page.evaluate(
				({ name, args }) => {
					const { page } = globalThis as unknown as { page: Record<string, (...args: unknown[]) => never> };
					const call = page[name];
					if (!call) throw new Error(`no ${name} in the page`);
					return call(...args);
				},
				{ name, args: args as unknown[] }
			);
	}

	async [Symbol.asyncDispose](): Promise<void> {
		await this.#server.close();
	}
}
