import { spawnSync } from 'node:child_process';
import os from 'node:os';

/** Which core a process is kept on: what is measured has one for itself, everything else shares the other. */
export const cores = { gateway: '0', load: '1' } as const;
export type Core = keyof typeof cores;

const isPinnable = Object.values(cores).every((core) => runs('taskset', ['-c', core, 'true']));

/** The command as it must be started to stay on that core. */
export function pinned(core: Core, command: readonly string[]): readonly string[] {
  return isPinnable ? ['taskset', '-c', cores[core], ...command] : command;
}

/** Puts the runner itself where the load is. */
export function leaveGatewayCore(): void {
  if (isPinnable) runs('taskset', ['-a', '-c', '-p', cores.load, String(process.pid)]);
}

/** How the processes were laid out, for whoever reads the figures. */
export function layout(): string {
  if (isPinnable)
    return `what is measured alone on core ${cores.gateway}, load, upstream and runner on core ${cores.load} (taskset)`;
  const why = os.availableParallelism() < 2 ? 'there is only one core' : 'there is no taskset';
  return `NOT pinned to cores, because ${why}: processes disturb one another`;
}

function runs(command: string, args: readonly string[]): boolean {
  return spawnSync(command, args, { stdio: 'ignore' }).status === 0;
}
