import { parentPort, workerData } from 'node:worker_threads';
import { ReadLog } from './read-log.ts';
import { ReaderCalls } from './reader-calls.ts';
import type { FromReader, ReaderOptions, ToReader } from './reader.ts';

/** The reader thread: everything that reads the log, off the socket thread (rule 10). */
const port = parentPort;
if (!port) throw new Error('reader-worker runs as a thread');
const { path, incarnation } = workerData as ReaderOptions;
const calls = new ReaderCalls(new ReadLog(path), incarnation);

port.on('message', ({ id, method, args }: ToReader) => {
	let answer: FromReader;
	try {
		// The caller's types hold method and arguments together, see Reader.
		const call = calls[method] as (...given: unknown[]) => unknown;
		answer = { id, state: 'answered', value: call.apply(calls, [...args]) };
	} catch (error) {
		answer = { id, state: 'failed', message: error instanceof Error ? error.message : String(error) };
	}
	port.postMessage(answer);
});
