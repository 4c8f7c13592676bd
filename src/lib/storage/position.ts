import type { Position } from '#core/protocol/messages.ts';

/**
 * True when `position` is further than `before`. Sequence numbers go on through incarnations; only a restore sets
 * them back, and that replaces what was seen (rule 12).
 */
export const isAfter = (position: Position, before: Position | undefined): boolean =>
	!before || position.seq > before.seq;
