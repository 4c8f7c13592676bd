import { uuidv7 as generate } from 'uuidv7';

/** RFC 9562 UUID version 7. The one place that names the library, so that tests can control it. */
let source: () => string = generate;

export const uuidv7 = (): string => source();

/** For tests alone: makes ids come from `next` until called again with nothing. */
export const setUuidSource = (next?: () => string): void => {
	source = next ?? generate;
};
