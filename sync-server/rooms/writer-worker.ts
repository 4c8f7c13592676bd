import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import type { RoomName } from '#core/model/id.ts';
import { reasonOfFailure } from '../log/database-error.ts';
import { Log } from '../log/log.ts';
import type { FromWriter, ToWriter, WriterAnswer, WriterOptions } from './writer.ts';
import { WritePath } from './write-path.ts';

/**
 * The writer thread: takes whatever is queued, writes it in one transaction, answers when it is durable. While it
 * commits, the next batch queues up by itself: group commit without a timer (rule 10).
 */
const port = parentPort;
if (!port) throw new Error('writer-worker runs as a thread');
const options = workerData as WriterOptions;
const say = (message: FromWriter): void => port.postMessage(message);

let left = options.fault?.after ?? 0;
const atStep = (step: string): void => {
	if (options.fault?.step !== step) return;
	left -= 1;
	if (left > 0) return;
	// Called in a thread this ends the thread.
	if (options.fault.ends === 'thread') process.exit(1);
	process.kill(process.pid, 'SIGKILL');
};

function start(): void {
	const log = new Log(options.path, Date.now(), options.maxPages);
	const path = new WritePath({
		log,
		now: Date.now,
		atStep,
		...(options.cacheBytes === undefined ? {} : { cacheBytes: options.cacheBytes })
	});
	say({ kind: 'ready', position: log.position });
	port?.on('message', (first: ToWriter[]) => handle([...first, ...queued()], log, path));
}

/** Everything that has come in meanwhile: it shares the commit, and so the wait for the disk. */
function queued(): ToWriter[] {
	const all: ToWriter[] = [];
	for (;;) {
		const next = port && receiveMessageOnPort(port);
		if (!next) return all;
		all.push(...(next.message as ToWriter[]));
	}
}

function handle(batch: ToWriter[], log: Log, path: WritePath): void {
	const results: { id: number; result: WriterAnswer }[] = [];
	const written = new Set<RoomName>();
	try {
		for (const item of batch) {
			if (item.kind === 'write') {
				results.push({ id: item.id, result: path.write(item.request) });
				written.add(item.request.room);
			} else if (item.kind === 'claim') {
				results.push({ id: item.id, result: path.claim(item.room, item.client, item.member) });
			}
		}
		if (options.commitDelayMs)
			Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, options.commitDelayMs);
		path.commit();
	} catch (error) {
		path.rollback();
		const reason = reasonOfFailure(error);
		say({ kind: 'fault', message: wordsOf(error) });
		results.length = 0;
		for (const { id, kind } of batch)
			if (kind === 'write' || kind === 'claim') results.push({ id, result: { state: 'refused', reason } });
		written.clear();
	}
	const longTails = [...written].filter((room) => path.hasLongTail(room));
	const { seq: head } = log.position;
	if (results.length > 0) say({ kind: 'results', results, head, longTails });
	for (const item of batch) if (item.kind === 'compact') answer(item, compact(item, log), head);
	const closing = batch.find(({ kind }) => kind === 'close');
	if (!closing) return;
	log.close();
	answer(closing, { state: 'closed' }, head);
}

const answer = ({ id }: ToWriter, result: WriterAnswer, head: number): void =>
	say({ kind: 'results', results: [{ id, result }], head, longTails: [] });

const wordsOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

function compact({ compaction }: ToWriter & { kind: 'compact' }, log: Log): WriterAnswer {
	try {
		return { state: log.compact(compaction, atStep) ? 'compacted' : 'stale' };
	} catch (error) {
		say({ kind: 'fault', message: wordsOf(error) });
		return { state: 'refused', reason: reasonOfFailure(error) };
	}
}

try {
	start();
} catch (error) {
	say({ kind: 'failedToOpen', message: wordsOf(error) });
}
