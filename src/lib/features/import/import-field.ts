/** What a column can become; 'ignore' is said in the preview, so that nothing is left out in silence. */
export const IMPORT_FIELDS = [
	'ignore',
	'name',
	'fullName',
	'title',
	'givenName',
	'familyName',
	'function',
	'department',
	'street',
	'extra',
	'postcode',
	'city',
	'postcodeCity',
	'region',
	'country',
	'phone',
	'mobile',
	'fax',
	'email',
	'web',
	'personPhone',
	'personEmail',
	'number',
	'vatId',
	'industry',
	'topics',
	'remarks'
] as const;
export type ImportField = (typeof IMPORT_FIELDS)[number];

/** One field for each column, in the order of the columns. */
export type Mapping = readonly ImportField[];
