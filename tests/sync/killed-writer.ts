import * as Y from 'yjs';
import { asId, newId, type MemberId, type PartyId, type WorkspaceId } from '#core/model/id.ts';
import { partyRoom } from '#core/protocol/room.ts';
import { Compactor } from '../../sync-server/log/compactor.ts';
import { Reader } from '../../sync-server/log/reader.ts';
import { Writer, type FaultStep } from '../../sync-server/rooms/writer.ts';

/**
 * The process that the SIGKILL tests kill: a writer under load that says on stdout which writes were acknowledged,
 * one line `ROOM KEY` each, until the fault strikes. Arguments: log file, workspace, step, how many times the step is passed.
 */
const [path = '', workspaceText, step, after] = process.argv.slice(2);
const workspace = asId<WorkspaceId>(workspaceText);
if (!workspace) throw new Error('a workspace id is expected');
const writer = await Writer.open({ path, fault: { step: step as FaultStep, after: Number(after) } });
const reader = new Reader({ path, incarnation: writer.position.incarnation });
new Compactor(writer, reader, (room, error) => console.error(room, error));

/** One member who edits one party as fast as the acknowledgements come, four edits under way at a time. */
async function load(workspaceId: WorkspaceId): Promise<never> {
	const room = partyRoom(workspaceId, newId<PartyId>());
	const member = newId<MemberId>();
	const doc = new Y.Doc();
	const updates: { key: string; update: Uint8Array }[] = [];
	let n = 0;
	doc.on('update', (update: Uint8Array) => updates.push({ key: `k${n}`, update }));
	for (;;) {
		for (let i = 0; i < 4; i++) doc.getMap('record').set(`k${++n}`, 'x'.repeat(200));
		await Promise.all(
			updates.splice(0).map(async ({ key, update }) => {
				const result = await writer.write({ room, update, kind: 'update', member, vouched: false });
				if (result.state !== 'saved') throw new Error(JSON.stringify(result));
				process.stdout.write(`${room} ${key}\n`);
			})
		);
	}
}

await Promise.all(Array.from({ length: 5 }, () => load(workspace)));
