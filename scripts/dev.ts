import { spawn, type ChildProcess } from 'node:child_process';
import { watch } from 'node:fs';

// `npm run dev`: the relay, restarted when one of its files changes, and the app with hot reload in front of it.
// The files are watched from here: under `node --watch` threads get messages that are not their own.
const RELAY_PORT = process.env.RELAY_PORT ?? '4801';
const RELAY_FILES = ['sync-server', 'src/lib/core'];
/** An editor writes a file in several steps; ms of rest before the relay starts again. */
const REST = 150;

let state: 'running' | 'stopping' = 'running';
let relay: ChildProcess | undefined;

function startRelay(): void {
	relay = spawn(process.execPath, ['sync-server/main.ts'], {
		stdio: 'inherit',
		env: {
			...process.env,
			PORT: RELAY_PORT,
			HOST: '127.0.0.1',
			DATA_DIR: process.env.DATA_DIR ?? 'data',
			LOG_LEVEL: process.env.LOG_LEVEL ?? 'info'
		}
	});
	relay.once('exit', () => {
		relay = undefined;
	});
}

/** Ends the relay that runs, if one does, and starts it from the files as they are now. */
function restartRelay(): void {
	if (state === 'stopping') return;
	if (!relay) return startRelay();
	relay.once('exit', () => {
		if (state === 'running') startRelay();
	});
	relay.kill('SIGTERM');
}

let resting: NodeJS.Timeout | undefined;
for (const folder of RELAY_FILES)
	watch(folder, { recursive: true }, (_event, file) => {
		if (!file?.endsWith('.ts') || file.endsWith('.test.ts')) return;
		clearTimeout(resting);
		resting = setTimeout(() => {
			console.log(`${folder}/${file} has changed: starting the relay again`);
			restartRelay();
		}, REST);
	});

startRelay();
const app = spawn('vite', ['dev', '--port', process.env.PORT ?? '5173'], {
	stdio: 'inherit',
	env: { ...process.env, RELAY_URL: `http://127.0.0.1:${RELAY_PORT}` },
	shell: process.platform === 'win32'
});

/** One Ctrl+C, or the end of the app's server, stops both. `have` heard: a terminal tells all of its programs by itself. */
function stop(code: number, have: 'heard' | 'not heard' = 'not heard'): void {
	if (state === 'stopping') return;
	state = 'stopping';
	if (have === 'not heard') app.kill('SIGTERM');
	if (!relay) process.exit(code);
	relay.once('exit', () => process.exit(code));
	// A second signal would cut its work short.
	if (have === 'not heard') relay.kill('SIGTERM');
}
app.once('exit', (code) => stop(code ?? 0));
app.once('error', (error) => {
	console.error(error.message);
	stop(1);
});
process.once('SIGINT', () => stop(0, process.stdin.isTTY ? 'heard' : 'not heard'));
for (const signal of ['SIGTERM', 'SIGHUP'] as const) process.once(signal, () => stop(0));
