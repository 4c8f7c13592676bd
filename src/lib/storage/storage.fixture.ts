import { newId, type MemberId, type PartyId, type RoomName, type WorkspaceId } from '#core/model/id.ts';
import { partyRoom } from '#core/protocol/room.ts';
import type { Owner } from './names.ts';

/** A member in a workspace of their own, so that tests don't meet. */
export const alice = (): Owner => ({ member: newId<MemberId>(), workspace: newId<WorkspaceId>() });

/** The room of a party nobody else has. */
export const someRoom = ({ workspace }: Owner): RoomName => partyRoom(workspace, newId<PartyId>());

/** Resolves as soon as `isTrue`; asks at each call of what `observe` is given. Rejects after five seconds. */
export function until(
	observe: (changed: () => void) => () => void,
	isTrue: () => boolean,
	what: string
): Promise<void> {
	return new Promise((resolve, reject) => {
		const done = (end: () => void): void => {
			stop();
			clearTimeout(timer);
			end();
		};
		const stop = observe(() => {
			if (isTrue()) done(resolve);
		});
		const timer = setTimeout(() => done(() => reject(new Error(`never: ${what}`))), 5_000);
		if (isTrue()) done(resolve);
	});
}

type Method = 'put' | 'add' | 'get' | 'getAll' | 'getAllKeys' | 'delete' | 'count' | 'clear';
const METHODS: readonly Method[] = ['put', 'add', 'get', 'getAll', 'getAllKeys', 'delete', 'count', 'clear'];

/**
 * Makes IndexedDB fail as browsers do: `isBroken` is asked at each call of an object store's method, with its number
 * from 1, and names the DOMException to throw. Returns how to end that, and how many calls there were.
 */
export function breakStorage(isBroken: (call: number, method: Method, store: string) => string | undefined): {
	repair: () => void;
	calls: () => number;
} {
	const prototype = IDBObjectStore.prototype;
	const originals = new Map(METHODS.map((method) => [method, Reflect.get(prototype, method) as unknown]));
	let calls = 0;
	for (const method of METHODS) {
		const original = originals.get(method) as (...values: unknown[]) => unknown;
		Reflect.set(prototype, method, function (this: IDBObjectStore, ...values: unknown[]) {
			const error = isBroken(++calls, method, this.name);
			if (error !== undefined) throw new DOMException('made to fail', error);
			return original.apply(this, values);
		});
	}
	return {
		repair: () => {
			for (const [method, original] of originals) Reflect.set(prototype, method, original);
		},
		calls: () => calls
	};
}

/** Keeps a database from opening: an upgrade that waits for ever is in front of it. Returns how to end that. */
export function holdDatabase(name: string): { release: () => Promise<void> } {
	const request = indexedDB.open(name, 1);
	let isHeld = true;
	request.onupgradeneeded = () => {
		// A versionchange transaction lives as long as it has requests.
		const store = request.result.createObjectStore('held');
		const spin = (): void => {
			if (isHeld) store.get(0).onsuccess = spin;
		};
		spin();
	};
	const ended = new Promise<void>((resolve) => {
		request.onsuccess = () => resolve();
		request.onerror = () => resolve();
	});
	return {
		release: async () => {
			isHeld = false;
			// Undone, so that whoever waits behind it finds no database and makes its own.
			request.transaction?.abort();
			await ended;
		}
	};
}
