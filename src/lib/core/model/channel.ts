import { asId, type ChannelId, type PersonId } from './id.ts';
import { FieldReader, type Fields, type Parsed } from './fields.ts';
import { readTrash, type Trashable } from './trash.ts';

export const CHANNEL_TYPES = ['phone', 'mobile', 'fax', 'email', 'web', 'messenger'] as const;
export type ChannelType = (typeof CHANNEL_TYPES)[number];

/** One phone number, e-mail, web or messenger address of a party or of one of its contact persons. */
export type Channel = Trashable & {
	id: ChannelId;
	type: ChannelType;
	/** As it was written; see `phoneKey` and `emailKey` for comparing. */
	value: string;
	label: string;
	/** The contact person it belongs to; undefined for the party's own. */
	person: PersonId | undefined;
	preferred: boolean;
	/** Shown struck through, never silently deleted. */
	doNotUse: boolean;
	rank: string;
};

export function parseChannel(id: string, fields: Fields): Parsed<Channel> {
	const read = new FieldReader(fields);
	const channelId = asId<ChannelId>(id);
	if (!channelId) return { state: 'unreadable', problems: ['id'] };
	return read.result({
		id: channelId,
		type: read.choice('type', CHANNEL_TYPES),
		value: read.text('value'),
		label: read.text('label'),
		person: asId<PersonId>(read.text('person')),
		preferred: read.flag('preferred'),
		doNotUse: read.flag('doNotUse'),
		rank: read.text('rank'),
		...readTrash(read)
	});
}

/** True for channels that a telephone reaches. */
export const isCallable = (type: ChannelType): boolean => type === 'phone' || type === 'mobile';
