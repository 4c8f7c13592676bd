import type { MemberId } from '#core/model/id.ts';
import type { Directory } from '#core/protocol/messages.ts';
import type { DeviceMeta } from '../storage/meta.ts';
import type { Owner } from '../storage/names.ts';
import { Value, type Source } from '../storage/source.ts';

/** Names of all members: the relay's directory, kept so that they are known without a network (rule 15). */
export class MemberNames {
	readonly #owner: Owner;
	readonly #meta: DeviceMeta;
	readonly #names: Value<ReadonlyMap<MemberId, string>>;
	#version = -1;

	constructor(owner: Owner, meta: DeviceMeta, me: { member: MemberId; name: string }) {
		this.#owner = owner;
		this.#meta = meta;
		this.#names = new Value<ReadonlyMap<MemberId, string>>(new Map([[me.member, me.name]]));
	}

	get names(): Source<ReadonlyMap<MemberId, string>> {
		return this.#names;
	}

	async load(): Promise<void> {
		try {
			const kept = await this.#meta.directory(this.#owner);
			if (kept && this.#version < 0) this.#show(kept);
		} catch (cause) {
			// Names come from the relay again; until then ids stand without.
			void cause;
		}
	}

	/** The relay told; `undefined` before it did. */
	async take(directory: Directory | undefined): Promise<void> {
		if (!directory || directory.version === this.#version) return;
		this.#show(directory);
		this.#version = directory.version;
		try {
			await this.#meta.setDirectory(this.#owner, directory);
		} catch (cause) {
			// Known in memory; the next start asks again.
			void cause;
		}
	}

	#show({ members }: Directory): void {
		this.#names.set(new Map(members.map(({ id, name }) => [id, name])));
	}
}
