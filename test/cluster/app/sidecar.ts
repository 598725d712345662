import { readdirSync, readFileSync } from 'node:fs';
import { createConnection } from 'node:net';

/** Ends the gateway beside us at once. Only where the pod shares one process namespace, and one user. */
export function killSidecar(): number {
  const pid = findSidecar();
  process.kill(pid, 'SIGKILL');
  return pid;
}

/** What the kernel says of the gateway's process, under the same condition. */
export function describeSidecar(): { readonly status: string; readonly mounts: string } {
  const folder = `/proc/${findSidecar()}`;
  return {
    status: readFileSync(`${folder}/status`, 'utf8'),
    mounts: readFileSync(`${folder}/mountinfo`, 'utf8'),
  };
}

function findSidecar(): number {
  const pids = readdirSync('/proc').filter((each) => /^\d+$/.test(each));
  const found = pids.find((pid) => commandLine(pid).includes('/app/kt.js'));
  if (found === undefined) throw new Error('there is no gateway among the processes');
  return Number(found);
}

function commandLine(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return ''; // it has just ended
  }
}

/** `connected`, or the code of the socket's error. */
export async function tryToConnect(host: string, port: number): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>();
  const socket = createConnection({ host, port, timeout: 5000 });
  socket.on('connect', () => resolve('connected'));
  socket.on('timeout', () => resolve('timeout'));
  socket.on('error', (error) => resolve('code' in error ? String(error.code) : error.message));
  try {
    return await promise;
  } finally {
    socket.destroy();
  }
}
