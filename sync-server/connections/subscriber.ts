import type { MemberId } from '#core/model/id.ts';
import type { FanOut } from './fan-out.ts';
import type { Outbound, Shared } from './outbound.ts';

/** One connection's place in a room, as the room sees it. */
export interface Subscriber {
	readonly member: MemberId;
	/** Its Yjs client id; a stock client says it only with its first presence. */
	readonly client: number | undefined;
	/** `framed`: a device on the mux, which gets our own frames too. */
	readonly kind: 'framed' | 'stock';
	readonly outbound: Outbound;
}

/** Sends messages of a room to one of its subscribers. */
export function deliver(subscriber: Subscriber, fanOut: FanOut): void {
	if (fanOut.isEmpty) return;
	const { outbound, kind } = subscriber;
	const shared: readonly Shared[] = kind === 'framed' ? fanOut.framed : fanOut.stock;
	if (fanOut.isLarge) outbound.sendBulk(fanOut.channel, shared);
	else for (const one of shared) outbound.send(fanOut.channel, one);
}
