import { spawn, type ChildProcess } from 'node:child_process';

// `npm run dev`: the relay, restarted when one of its files changes, and the app with hot reload in front of it.
const RELAY_PORT = process.env.RELAY_PORT ?? '4801';
const children = new Set<ChildProcess>();

function run(command: string, args: string[], env: Record<string, string>): void {
	const child = spawn(command, args, {
		stdio: 'inherit',
		env: { ...process.env, ...env },
		shell: process.platform === 'win32'
	});
	children.add(child);
	child.on('error', (error) => console.error(`${command}: ${error.message}`));
	child.on('close', (code) => {
		children.delete(child);
		process.exitCode ||= code ?? 0;
		stop('SIGTERM');
	});
}

/** One Ctrl+C, or the end of either, stops both. */
function stop(signal: NodeJS.Signals): void {
	for (const child of children) child.kill(signal);
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stop(signal));

run(process.execPath, ['--watch', '--watch-preserve-output', 'sync-server/main.ts'], {
	PORT: RELAY_PORT,
	HOST: '127.0.0.1',
	DATA_DIR: process.env.DATA_DIR ?? 'data',
	LOG_LEVEL: process.env.LOG_LEVEL ?? 'info'
});
run('vite', ['dev', '--port', process.env.PORT ?? '5173'], { RELAY_URL: `http://127.0.0.1:${RELAY_PORT}` });
