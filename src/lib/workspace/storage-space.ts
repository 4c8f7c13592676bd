/** The device's storage as the browser reports it (rule 28). */
export type StorageSpace = {
	/** `persistent`: the browser will not clear it by itself. */
	state: 'persistent' | 'bestEffort' | 'unknown';
	usedBytes: number;
	quotaBytes: number;
};
