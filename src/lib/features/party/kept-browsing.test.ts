import { describe, expect, it } from 'vitest';
import { newId, type PartyId } from '#core/model/id.ts';
import { readKept } from './kept-browsing.ts';

const NOTHING = { typed: '', sort: 'name', anchor: undefined, active: undefined };

describe('how the list was looked at', () => {
	it('comes back as it was kept', () => {
		const kept = {
			typed: 'müller',
			sort: 'lastEntry',
			anchor: { key: 'x', index: 12, above: 3 },
			active: newId<PartyId>()
		};
		expect(readKept(JSON.stringify(kept))).toEqual(kept);
	});

	it.each([null, '', 'null', '7', '{"typed":1,"sort":"colour","anchor":{"key":1},"active":"x"}'])(
		'is nothing when it reads %s',
		(json) => {
			expect(readKept(json)).toEqual(NOTHING);
		}
	);
});
