/**
 * The dialled digits of a written number, for comparing: `+49 (0) 89 / 12-34` and `0049 89 1234` become
 * `+49891234`, a national number keeps its leading zero. '' when there are no digits. Countries are not known here.
 */
export function phoneKey(value: string): string {
	const plain = value
		.normalize('NFKC')
		.trim()
		.replace(/^tel:/i, '')
		.replace(/(?:;|\b(?:ext|durchwahl|dw)\b).*$/i, '');
	const international = /^[^\d+]*(\+|00)/.exec(plain);
	if (!international) return plain.replace(/\D/g, '');
	const rest = plain.slice(international[0].length).replace(/\(0\)/, '');
	const digits = rest.replace(/\D/g, '');
	return digits === '' ? '' : `+${digits}`;
}

/** True when `value` could be dialled: 3 to 20 digits and nothing that is no part of a number. */
export function isDialable(value: string): boolean {
	const digits = phoneKey(value).replace('+', '').length;
	return digits >= 3 && digits <= 20 && !/[\p{L}]{4,}/u.test(value.replace(/^tel:/i, ''));
}
