/** What somebody is the contact for; a workspace may add keys of its own. */
export const TOPIC_KEYS = [
	'management',
	'purchasing',
	'sales',
	'engineering',
	'invoices',
	'complaints',
	'service',
	'marketing'
] as const;
