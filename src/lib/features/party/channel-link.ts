import { emailKey, isEmail } from '#core/model/email.ts';
import { isCallable, type Channel } from '#core/model/channel.ts';
import { isDialable, phoneKey } from '#core/model/phone.ts';

/** Where a tap on a channel leads; undefined when its value is not (yet) an address that could be opened. */
export function channelLink({ type, value }: Pick<Channel, 'type' | 'value'>): string | undefined {
	if (isCallable(type)) return isDialable(value) ? `tel:${phoneKey(value)}` : undefined;
	if (type === 'email') return isEmail(value) ? `mailto:${encodeURI(emailKey(value))}` : undefined;
	return type === 'web' ? webLink(value) : undefined;
}

/** Only http and https: a value such as `javascript:` came from somebody else. */
function webLink(value: string): string | undefined {
	const text = value.trim();
	const full = /^[a-z][a-z0-9+.-]*:/i.test(text) && !/^[^/:]+:\d/.test(text) ? text : `https://${text}`;
	if (!text.includes('.') || !URL.canParse(full)) return undefined;
	const url = new URL(full);
	return url.protocol === 'http:' || url.protocol === 'https:' ? url.href : undefined;
}
