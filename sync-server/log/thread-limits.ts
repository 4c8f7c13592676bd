/**
 * The relay's threads make short-lived garbage and keep little: a small young generation is collected often and
 * cheaply, instead of growing to its default of tens of megabytes in each of them.
 */
export const THREAD_LIMITS = { maxYoungGenerationSizeMb: 8 };

/** The writer makes garbage with every edit and is waited for: it gets room enough to be collected rarely. */
export const WRITER_LIMITS = { maxYoungGenerationSizeMb: 32 };
