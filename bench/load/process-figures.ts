import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

let ticks = 0;

/** Seconds of processor time, user and system, of all threads of a process so far. Linux only. */
export function cpuSeconds(pid: number): number {
	ticks ||= Number(execFileSync('getconf', ['CLK_TCK']));
	const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
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
