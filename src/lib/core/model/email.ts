const SHAPE = /^[^\s@<>(),;:"\\]+@[^\s@<>(),;:"\\.]+(?:\.[^\s@<>(),;:"\\.]+)+$/u;

/** An e-mail address for comparing: without `mailto:` and spaces, in lower case. '' when empty. */
export const emailKey = (value: string): string =>
	value
		.normalize('NFKC')
		.trim()
		.replace(/^mailto:/i, '')
		.toLowerCase();

/** True when `value` looks like one deliverable address; whether it exists only sending tells. */
export const isEmail = (value: string): boolean => value.length <= 320 && SHAPE.test(emailKey(value));
