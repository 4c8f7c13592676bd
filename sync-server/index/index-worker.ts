import { platform, setPriority } from 'node:os';
import { parentPort, workerData } from 'node:worker_threads';
import { project, PROJECTION_VERSION } from '#core/documents/project.ts';
import type { FeedDelta, FeedPage, Position } from '#core/protocol/messages.ts';
import { FEED_PAGE_ROWS } from '#core/protocol/limits.ts';
import { ReadLog } from '../log/read-log.ts';
import { FeedStore, isDamage } from './feed-store.ts';
import type { FromIndex, IndexStart, ToIndex } from './index-thread.ts';
import { Projector } from './projector.ts';

/** The index thread: projects what the log holds and answers for pages of the feed, off the socket thread (rule 10). */
const port = parentPort;
if (!port) throw new Error('index-worker runs as a thread');
const options = workerData as IndexStart;
const say = (message: FromIndex, transfer: ArrayBuffer[] = []): void => port.postMessage(message, transfer);

/** Work between two looks at what was asked meanwhile, in ms. */
const STRETCH_MS = 40;

// On Linux this concerns the calling thread alone: an import's projection gives way to sockets and log.
if (platform() === 'linux') setPriority(10);

const utf8 = new TextEncoder();
/** JSON of a step or page whose rows are JSON already. */
const withRows = (head: Omit<FeedDelta | FeedPage, 'rows'>, rows: readonly string[]): string =>
	`${JSON.stringify(head).slice(0, -1)},"rows":[${rows.join(',')}]}`;

const log = new ReadLog(options.logPath);
let timer: NodeJS.Timeout | undefined;
let { look } = options;

function start(): void {
	const store = new FeedStore(options.path, PROJECTION_VERSION, options.fresh);
	const projector = new Projector({
		log,
		store,
		incarnation: options.incarnation,
		project,
		now: Date.now,
		onStep: ({ rows, ...head }) => say({ kind: 'step', json: withRows(head, rows) }),
		onFailure: (room, error) =>
			say({ kind: 'unprojectable', room, message: error instanceof Error ? error.message : String(error) })
	});
	const work = (): void => {
		timer = undefined;
		guarded(() => {
			const wait = projector.run(STRETCH_MS);
			if (wait !== undefined) timer = setTimeout(work, wait);
			else say({ kind: 'idle', look });
		});
	};
	port?.on('message', (message: ToIndex) =>
		guarded(() => {
			if (message.kind === 'look') {
				look = message.look;
				timer ??= setTimeout(work, 0);
			} else if (message.kind === 'page') answerPage(store, message.id, message.known);
			else close(store);
		})
	);
	say({ kind: 'ready' });
	work();
}

function answerPage(store: FeedStore, id: number, known: Position | undefined): void {
	const { rows, ...head } = store.page(known, FEED_PAGE_ROWS);
	const bytes = utf8.encode(withRows(head, rows));
	say({ kind: 'page', id, bytes }, [bytes.buffer]);
}

function close(store: FeedStore): void {
	clearTimeout(timer);
	store.close();
	log.close();
	port?.close();
}

/** Whatever fails in here is the database: the other side starts anew, without the file if that is damaged. */
function guarded(act: () => void): void {
	try {
		act();
	} catch (error) {
		const message = error instanceof Error ? error.message : String(error);
		say({ kind: 'failed', message, isDamaged: isDamage(error) });
		clearTimeout(timer);
		port?.close();
	}
}

guarded(start);
