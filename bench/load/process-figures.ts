import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

let ticks = 0;

/** Seconds of processor time, user and system, of all threads of a process so far. Linux only. */
export function cpuSeconds(pid: number): number {
	return secondsIn(`/proc/${pid}/stat`);
}

/** The same for each thread, by its number and name. */
export function cpuSecondsByThread(pid: number): Map<string, number> {
	return new Map(
		readdirSync(`/proc/${pid}/task`).map((thread) => {
			const name = readFileSync(`/proc/${pid}/task/${thread}/comm`, 'utf8').trim();
			return [`${thread} ${name}`, secondsIn(`/proc/${pid}/task/${thread}/stat`)];
		})
	);
}

function secondsIn(file: string): number {
	ticks ||= Number(execFileSync('getconf', ['CLK_TCK']));
	const stat = readFileSync(file, 'utf8');
	// The name of the process may hold spaces; what follows its closing bracket does not.
	const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
	return (Number(fields[11]) + Number(fields[12])) / ticks;
}

/** Bytes of memory that a process holds in RAM. Linux only. */
export function residentBytes(pid: number): number {
	const line = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
	if (!line) throw new Error(`no memory figure of process ${pid}`);
	return Number(line[1]) * 1024;
}
