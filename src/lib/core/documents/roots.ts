/** The roots of a party's main document. */
export const PARTY_ROOTS = {
	record: 'record',
	roles: 'roles',
	channels: 'channels',
	addresses: 'addresses',
	persons: 'persons',
	entries: 'entries',
	changes: 'changes'
} as const;

/** The roots of the workspace's settings. */
export const SETTINGS_ROOTS = {
	partyRoles: 'partyRoles',
	channelTypes: 'channelTypes',
	topics: 'topics'
} as const;

const ROOTS: ReadonlyMap<string, ReadonlySet<string>> = new Map([
	['party', new Set<string>(Object.values(PARTY_ROOTS))],
	['settings', new Set<string>(Object.values(SETTINGS_ROOTS))]
]);
const NONE: ReadonlySet<string> = new Set();

/**
 * The Yjs roots that a document of room kind `kind` may have, each a Y.Map; anything else is refused by the relay
 * (rule 9). Kinds whose documents don't exist yet have none.
 */
export const rootsOf = (kind: string): ReadonlySet<string> => ROOTS.get(kind) ?? NONE;
