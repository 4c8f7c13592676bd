import { createContext } from 'svelte';
import { m } from '#paraglide/messages.js';

/** How far the app itself (not its data) is on this device. */
export type ShellState =
	/** No service worker here: development, an old browser, or an address that is not secure. */
	| 'absent'
	| 'loading'
	/** Page, every part of the app and fonts are kept: it starts without a network. */
	| 'readyOffline'
	/** The parts could not be kept; the next start tries again. */
	| 'failed'
	/** As `readyOffline`, and a newer version waits for a word. */
	| 'updateWaits';

/** The app's own copy on this device, kept by the service worker (rule 27). */
export class Shell {
	state = $state<ShellState>('absent');
	#registration: ServiceWorkerRegistration | undefined;
	#isAsked = false;

	/** Registers the service worker. `onReplaced` hears when another version has taken over this tab. */
	async start(onReplaced: () => void): Promise<void> {
		if (!('serviceWorker' in navigator)) return;
		const worker = navigator.serviceWorker;
		// The first one takes over a page that had none; that is no new version.
		let hadOne = worker.controller !== null;
		worker.addEventListener('controllerchange', () => {
			if (hadOne) onReplaced();
			hadOne = true;
		});
		this.state = 'loading';
		try {
			const registration = await worker.register('/service-worker.js', { updateViaCache: 'none' });
			this.#registration = registration;
			registration.addEventListener('updatefound', () => this.#follow(registration.installing));
			this.#follow(registration.installing ?? registration.waiting ?? registration.active);
		} catch {
			// Registering fails without a network too, when the worker is there already: then it is as good as new.
			this.#registration = await worker.getRegistration();
			this.state = this.#registration?.active ? 'readyOffline' : 'failed';
		}
	}

	/** True when the user has asked for the new version in this tab. */
	get isAsked(): boolean {
		return this.#isAsked;
	}

	/** Lets the waiting version take over. Only ever on the user's word. */
	update(): void {
		this.#isAsked = true;
		this.#registration?.waiting?.postMessage('take over');
	}

	/** Looks for a newer version, e.g. when the tab comes back after hours. */
	look(): void {
		void this.#registration?.update().catch(() => this.#settle());
	}

	#follow(worker: ServiceWorker | null): void {
		worker?.addEventListener('statechange', () => this.#settle());
		this.#settle();
	}

	#settle(): void {
		const { installing, waiting, active } = this.#registration ?? {};
		if (active && waiting) this.state = 'updateWaits';
		else if (active) this.state = 'readyOffline';
		else this.state = installing || waiting ? 'loading' : 'failed';
	}
}

const WORDS: Record<ShellState, () => string> = {
	absent: m.shell_absent,
	loading: m.shell_loading,
	readyOffline: m.shell_ready,
	failed: m.shell_failed,
	updateWaits: m.shell_update_waits
};

export const shellWords = (state: ShellState): string => WORDS[state]();

const [useShell, provideShell] = createContext<Shell>();
export { useShell, provideShell };
