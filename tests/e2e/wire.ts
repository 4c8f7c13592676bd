import type { BrowserContext } from '@playwright/test';
import { decodeRelayFrames, encodeRelayFrame, type RelayFrame } from '../../src/lib/core/protocol/mux.ts';

/** Stands between a browser's pages and the relay on the mux socket and sees single frames. */
export class Wire {
	/** Frames for which this is true are kept back. */
	holds: (frame: RelayFrame) => boolean = () => false;
	#held: (() => void)[] = [];

	/** To be called before the pages connect; a page that is open must be loaded again. */
	async tap(context: BrowserContext): Promise<void> {
		await context.routeWebSocket(/\/sync$/, (device) => {
			const relay = device.connectToServer();
			relay.onMessage((message) => {
				for (const frame of decodeRelayFrames(new Uint8Array(message as Buffer))) {
					const bytes = Buffer.from(encodeRelayFrame(frame));
					if (this.holds(frame)) this.#held.push(() => device.send(bytes));
					else device.send(bytes);
				}
			});
		});
	}

	/** How many frames are kept back. */
	get held(): number {
		return this.#held.length;
	}

	/** Lets go of what is kept back, and keeps nothing back any more. */
	release(): void {
		this.holds = () => false;
		for (const send of this.#held.splice(0)) send();
	}
}
