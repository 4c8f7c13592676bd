import type { MemberId } from '#core/model/id.ts';
import { writerLock } from './names.ts';

/** A living author of outbox rows. While it lives nobody else sends or inherits its rows. */
export type Writer = { id: string; release: () => Promise<void> };

/** Begins a writer: it lives until `release`, or until its tab is gone, however that came about. */
export async function beginWriter(member: MemberId): Promise<Writer> {
	const id = crypto.randomUUID();
	const release = await holdLock(writerLock(member, id), 'exclusive');
	return { id, release };
}

/** Which writers are gone; '' stands for none and counts as gone. True for the moment of the question. */
export async function goneWriters(member: MemberId): Promise<(writer: string) => boolean> {
	const { held = [] } = await navigator.locks.query();
	const names = new Set(held.map(({ name }) => name));
	return (writer) => writer === '' || !names.has(writerLock(member, writer));
}

/**
 * Waits for a Web Lock and keeps it until the returned function is called. After `patience` ms it goes on without:
 * whoever holds the lock that long hangs, and a document that never opens is worse than one that is not folded.
 */
export function holdLock(name: string, mode: LockMode, patience = 5_000): Promise<() => Promise<void>> {
	return new Promise((resolve, reject) => {
		const held = navigator.locks.request(
			name,
			{ mode, signal: AbortSignal.timeout(patience) },
			() =>
				new Promise<void>((release) =>
					resolve(async () => {
						release();
						// Whoever asks for the lock after this gets it.
						await held;
					})
				)
		);
		held.catch((cause: unknown) => {
			if (cause instanceof DOMException && cause.name === 'TimeoutError') resolve(() => Promise.resolve());
			else reject(cause instanceof Error ? cause : new Error('no lock', { cause }));
		});
	});
}
