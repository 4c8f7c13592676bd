import { asId, type AddressId } from './id.ts';
import { FieldReader, type Fields, type Parsed } from './fields.ts';
import { readTrash, type Trashable } from './trash.ts';

export const ADDRESS_PURPOSES = ['main', 'delivery', 'invoice', 'visit', 'poBox'] as const;
export type AddressPurpose = (typeof ADDRESS_PURPOSES)[number];

/** One postal address of a party. */
export type Address = Trashable & {
	id: AddressId;
	purpose: AddressPurpose;
	/** Street and number, or the post office box. */
	street: string;
	/** A second line: building, floor, care of. */
	extra: string;
	postcode: string;
	city: string;
	region: string;
	/** ISO 3166-1 alpha-2 in capitals, '' when unknown. */
	country: string;
	rank: string;
};

export function parseAddress(id: string, fields: Fields): Parsed<Address> {
	const read = new FieldReader(fields);
	const addressId = asId<AddressId>(id);
	if (!addressId) return { state: 'unreadable', problems: ['id'] };
	return read.result({
		id: addressId,
		purpose: read.choice('purpose', ADDRESS_PURPOSES, 'main'),
		street: read.text('street'),
		extra: read.text('extra'),
		postcode: read.text('postcode'),
		city: read.text('city'),
		region: read.text('region'),
		country: read.text('country'),
		rank: read.text('rank'),
		...readTrash(read)
	});
}
