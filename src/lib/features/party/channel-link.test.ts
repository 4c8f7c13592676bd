import { describe, expect, it } from 'vitest';
import { channelLink } from './channel-link.ts';

describe('where a tap on a channel leads', () => {
	it.each([
		['phone', '+49 (0) 641 / 12 34-56', 'tel:+49641123456'],
		['mobile', '0171 1234567', 'tel:01711234567'],
		['phone', 'bitte nur E-Mail', undefined],
		['email', ' Erika.Muster@muster.example ', 'mailto:erika.muster@muster.example'],
		['email', 'muster.example', undefined],
		['web', 'www.muster.example/kontakt', 'https://www.muster.example/kontakt'],
		['web', 'http://muster.example', 'http://muster.example/'],
		['web', 'javascript:alert(1)//.', undefined],
		['web', 'muster', undefined],
		['messenger', '@muster', undefined]
	] as const)('%s %s', (type, value, link) => {
		expect(channelLink({ type, value })).toBe(link);
	});
});
