import { execFileSync, spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

/** CPU time a process has used since it began, all its threads together, in microseconds. */
export function cpuUs(pid: number): number {
  if (process.platform !== 'linux') return cpuUsFromPs(pid);
  const fine = cpuUsFromScheduler(pid);
  return fine > 0 ? fine : cpuUsFromTicks(pid);
}

/** In steps of what CPU time is read on this machine, in words. */
export function cpuResolution(): string {
  if (process.platform !== 'linux') return 'ps (10 ms or coarser)';
  return cpuUsFromScheduler(process.pid) > 0
    ? '/proc/PID/task/*/schedstat (nanoseconds)'
    : `/proc/PID/stat (${1000 / ticksPerSecond} ms)`;
}

export function rssBytes(pid: number): number {
  if (process.platform !== 'linux')
    return Number(execFileSync('ps', ['-o', 'rss=', '-p', String(pid)])) * 1024;
  const kibibytes = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Number(kibibytes) * 1024;
}

// Zero where the kernel keeps no scheduler statistics. Threads end rarely: Node's and nginx's live as long as they do.
function cpuUsFromScheduler(pid: number): number {
  let nanoseconds = 0;
  for (const task of readdirSync(`/proc/${pid}/task`)) {
    try {
      nanoseconds += Number(readFileSync(`/proc/${pid}/task/${task}/schedstat`, 'utf8').split(' ', 1)[0]);
    } catch {
      return 0; // no such file in this kernel
    }
  }
  return nanoseconds / 1000;
}

const ticksPerSecond = Number(spawnSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }).stdout) || 100;

// The name of the process, in brackets, may hold anything: count from behind it.
function cpuUsFromTicks(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [user, system] = [fields[11], fields[12]].map(Number);
  return (((user ?? Number.NaN) + (system ?? Number.NaN)) * 1e6) / ticksPerSecond;
}

// [[days-]hours:]minutes:seconds[.hundredths]
function cpuUsFromPs(pid: number): number {
  const time = execFileSync('ps', ['-o', 'time=', '-p', String(pid)], { encoding: 'utf8' });
  const parts = time.trim().split(/[-:]/).map(Number).toReversed();
  const [seconds = Number.NaN, minutes = 0, hours = 0, days = 0] = parts;
  return (seconds + 60 * minutes + 3600 * hours + 86_400 * days) * 1e6;
}
