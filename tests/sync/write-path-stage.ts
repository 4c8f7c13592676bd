import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as encoding from 'lib0/encoding';
import * as Y from 'yjs';
import { newId, type MemberId, type PartyId, type RoomName, type WorkspaceId } from '#core/model/id.ts';
import { partyRoom } from '#core/protocol/room.ts';
import { Log } from '../../sync-server/log/log.ts';
import { ReadLog } from '../../sync-server/log/read-log.ts';
import type { WriteRequest, WriteResult } from '../../sync-server/rooms/writer.ts';
import { WritePath } from '../../sync-server/rooms/write-path.ts';

export const alice = newId<MemberId>();
export const bob = newId<MemberId>();
const workspace = newId<WorkspaceId>();
export const freshRoom = (): RoomName => partyRoom(workspace, newId<PartyId>());

/** A log in a folder of its own with the write path over it, in this thread. */
export class WriteStage {
	readonly folder = mkdtempSync(join(tmpdir(), 'rapport-write-'));
	readonly log = new Log(join(this.folder, 'log.db'), 1);
	readonly reader = new ReadLog(join(this.folder, 'log.db'));
	readonly path = new WritePath({ log: this.log, now: Date.now });

	write(room: RoomName, update: Uint8Array, more: Partial<WriteRequest> = {}): WriteResult {
		const result = this.path.write({ room, update, kind: 'update', member: alice, vouched: false, ...more });
		this.path.commit();
		return result;
	}

	/** The room as a newcomer builds it from the log. */
	logged(room: RoomName): Y.Doc {
		const doc = new Y.Doc();
		for (const update of this.reader.content(room).updates) Y.applyUpdate(doc, update);
		return doc;
	}

	close(): void {
		this.reader.close();
		this.log.close();
		rmSync(this.folder, { recursive: true });
	}
}

/** An update written by hand: what no honest Yjs would make. */
export function handMade(make: (e: encoding.Encoder) => void): Uint8Array {
	const e = encoding.createEncoder();
	make(e);
	return encoding.toUint8Array(e);
}
