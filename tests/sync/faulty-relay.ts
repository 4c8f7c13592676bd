import { createRelay } from '../../sync-server/server.ts';
import type { FaultStep } from '../../sync-server/rooms/writer.ts';

/** A relay that kills itself at a step of the write path. Arguments: data folder, port, and, for the fault, step and count. */
const [dataDir = '', port = '0', step, after = '1'] = process.argv.slice(2);
const relay = await createRelay({
	dataDir,
	port: Number(port),
	...(step ? { writer: { fault: { step: step as FaultStep, after: Number(after) } } } : {})
});
console.log(JSON.stringify({ url: relay.url, workspace: relay.workspace }));
