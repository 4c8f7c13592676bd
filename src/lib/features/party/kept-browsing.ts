import { asId, type PartyId } from '#core/model/id.ts';
import type { Anchor } from '$lib/ui/scroll-anchor.ts';
import { PARTY_SORTS, type PartySort } from './party-list.ts';

/** How the party list was looked at before the page was loaded again. */
export type KeptBrowsing = {
	typed: string;
	sort: PartySort;
	anchor: Anchor | undefined;
	active: PartyId | undefined;
};

/** Reads what `PartyBrowsing.keep` wrote; anything else in its place counts as nothing. */
export function readKept(json: string | null): KeptBrowsing {
	const kept = parseObject(json);
	return {
		typed: typeof kept.typed === 'string' ? kept.typed : '',
		sort: PARTY_SORTS.find((sort) => sort === kept.sort) ?? 'name',
		anchor: isAnchor(kept.anchor) ? kept.anchor : undefined,
		active: asId<PartyId>(kept.active)
	};
}

function parseObject(json: string | null): Partial<Record<keyof KeptBrowsing, unknown>> {
	try {
		const value: unknown = JSON.parse(json ?? '{}');
		return typeof value === 'object' && value !== null ? value : {};
	} catch {
		return {};
	}
}

function isAnchor(value: unknown): value is Anchor {
	if (typeof value !== 'object' || value === null) return false;
	const { key, index, above } = value as Partial<Record<keyof Anchor, unknown>>;
	return typeof key === 'string' && Number.isSafeInteger(index) && typeof above === 'number';
}
