import { styleText } from 'node:util';
import { type Check, type CheckState, warn } from '../doctor/check.ts';
import { localChecks } from '../doctor/local-checks.ts';
import type { Section } from '../doctor/look-cluster.ts';
import { type LookOptions, lookHere } from '../doctor/look-here.ts';
import type { CommandIo, ExitCode } from './io.ts';
import { printableCell } from './table.ts';

export interface DoctorOptions extends LookOptions {
  readonly namespace?: string;
  readonly context?: string;
  readonly kubeconfig?: string;
  readonly json?: boolean;
}

type DoctorIo = Pick<CommandIo, 'write' | 'error' | 'hasColours' | 'env' | 'nodeVersion'>;

/** `kt doctor`: everything that commonly stands in the way, each with what to do about it. 1 where anything fails. */
export async function doctor(
  pods: readonly string[],
  options: DoctorOptions,
  io: DoctorIo,
): Promise<ExitCode> {
  const isCluster = pods.length > 0 || clusterOptions.some((name) => options[name] !== undefined);
  if (isCluster && options.offline === true) {
    io.error('--offline looks at this machine alone: leave out POD and the cluster options\n');
    return 2;
  }
  // Who names a pod or a cluster asks about that one, not about the machine in front of them.
  const sections = [
    ...(isCluster ? [] : [{ title: 'here', checks: localChecks(await lookHere(options, io)) }]),
    ...(options.offline === true ? [] : await cluster(pods, options, isCluster, io)),
  ];
  const checks = sections.flatMap((section) => section.checks);
  const isWell = checks.every(({ state }) => state !== 'fail');
  if (options.json === true) io.write(`${JSON.stringify({ ok: isWell, sections }, undefined, 2)}\n`);
  else io.write(screen(sections, io.hasColours));
  return isWell ? 0 : 1;
}

const clusterOptions = ['namespace', 'context', 'kubeconfig'] as const;

/** Nothing where no cluster was named and none is known. */
async function cluster(
  names: readonly string[],
  options: DoctorOptions,
  isNamed: boolean,
  { env }: DoctorIo,
): Promise<readonly Section[]> {
  const { Cluster, hasCluster } = await import('../kube/cluster.ts');
  const { KubeError } = await import('../kube/kube-error.ts');
  const { lookAtCluster } = await import('../doctor/look-cluster.ts');
  if (!isNamed && !hasCluster(options, env)) return [];
  const { namespace } = options;
  try {
    const found = new Cluster(options);
    return await lookAtCluster(found, { namespace, allNamespaces: false, selector: undefined, names });
  } catch (error) {
    if (!(error instanceof KubeError)) throw error;
    // A cluster that nobody asked about may be out of reach without anything being wrong.
    const advice = isNamed
      ? 'look at --kubeconfig, --context and --namespace'
      : '--offline leaves the cluster out';
    const check = warn('cluster', error.message, advice);
    return [{ title: 'cluster', checks: [isNamed ? { ...check, state: 'fail' } : check] }];
  }
}

const shades = { ok: 'green', warn: 'yellow', fail: 'red', skip: 'gray' } as const satisfies Record<
  CheckState,
  string
>;

function screen(sections: readonly Section[], isColoured: boolean): string {
  const width = Math.max(...sections.flatMap(({ checks }) => checks.map(({ name }) => name.length)));
  const parts = sections.map(({ title, checks }) => {
    const lines = checks.flatMap((check) => linesOf(check, width, isColoured));
    return `${printableCell(title)}\n${lines.join('')}`;
  });
  return `${parts.join('\n')}\n${summary(sections)}\n`;
}

function linesOf(
  { name, state, message, fix }: Check,
  width: number,
  isColoured: boolean,
): readonly string[] {
  const word = state.padEnd(4);
  const shown = isColoured ? styleText(shades[state], word, { validateStream: false }) : word;
  const line = `  ${shown}  ${name.padEnd(width)}  ${printableCell(message)}\n`;
  return fix === undefined ? [line] : [line, `${' '.repeat(width + 10)}fix: ${printableCell(fix)}\n`];
}

function summary(sections: readonly Section[]): string {
  const states = sections.flatMap(({ checks }) => checks.map(({ state }) => state));
  const count = (wanted: CheckState): number => states.filter((state) => state === wanted).length;
  return `${count('ok')} ok, ${count('warn')} to look at, ${count('fail')} failed`;
}
