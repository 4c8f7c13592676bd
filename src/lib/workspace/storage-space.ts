import { Value, type Source } from '../storage/source.ts';

/** The device's storage as the browser reports it (rule 28). */
export type StorageSpace = {
	/** `persistent`: the browser will not clear it by itself. */
	state: 'persistent' | 'bestEffort' | 'unknown';
	usedBytes: number;
	quotaBytes: number;
};

/** Watches the space that this origin uses. */
export class SpaceWatch {
	readonly #space = new Value<StorageSpace>({ state: 'unknown', usedBytes: 0, quotaBytes: 0 });

	get space(): Source<StorageSpace> {
		return this.#space;
	}

	/** Asks the browser to keep our data; it may ask the user, or say no without asking. */
	async askToPersist(): Promise<void> {
		try {
			await navigator.storage.persist();
		} catch (cause) {
			// Not offered here: `look` tells what is.
			void cause;
		}
		await this.look();
	}

	async look(): Promise<void> {
		try {
			const [isPersistent, { usage = 0, quota = 0 }] = await Promise.all([
				navigator.storage.persisted(),
				navigator.storage.estimate()
			]);
			this.#space.set({
				state: isPersistent ? 'persistent' : 'bestEffort',
				usedBytes: usage,
				quotaBytes: quota
			});
		} catch (cause) {
			// A browser that tells nothing: the screen says so.
			void cause;
		}
	}
}
