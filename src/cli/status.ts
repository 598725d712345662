import { adminOrigin, askAdmin } from '../admin/ask-admin.ts';
import { parsedJson } from '../json/parsed.ts';
import { isWell, syncOf } from '../record/status-document.ts';
import type { CommandIo, ExitCode } from './io.ts';
import { isPodWell, type PodStanding, podState, type Standing } from './pod-standing.ts';
import { podTable, statusText } from './status-text.ts';

export interface StatusOptions {
  readonly url?: string;
  readonly admin?: string;
  readonly namespace?: string;
  readonly allNamespaces?: boolean;
  readonly selector?: string;
  readonly context?: string;
  readonly kubeconfig?: string;
  readonly json?: boolean;
}

type StatusIo = Pick<CommandIo, 'write' | 'error' | 'hasColours' | 'env'>;

const defaultUrl = 'http://127.0.0.1:41003';
const deadlineMs = 5000;

/** `kt status`: one gateway by its address, or those in the pods of a cluster. 1 where any is not as it should be. */
export async function status(
  pods: readonly string[],
  options: StatusOptions,
  io: StatusIo,
): Promise<ExitCode> {
  const isCluster = pods.length > 0 || clusterOptions.some((name) => options[name] !== undefined);
  const isAddress = options.url !== undefined || options.admin !== undefined;
  if (isCluster && isAddress) {
    io.error(
      '--url and --admin name one gateway by its address, POD and the cluster options find it in a cluster: give one or the other\n',
    );
    return 2;
  }
  if (options.allNamespaces === true && (pods.length > 0 || options.namespace !== undefined)) {
    io.error('--all-namespaces goes with neither a POD nor --namespace\n');
    return 2;
  }
  return isCluster ? clusterStatus(pods, options, io) : localStatus(options, io);
}

const clusterOptions = ['namespace', 'allNamespaces', 'selector', 'context', 'kubeconfig'] as const;

async function localStatus(options: StatusOptions, io: StatusIo): Promise<ExitCode> {
  const origin =
    options.admin === undefined ? originOf(options.url ?? defaultUrl) : adminOrigin(options.admin);
  if (origin === undefined) {
    io.error(`--url: expected http://HOST:PORT, for instance ${defaultUrl}\n`);
    return 2;
  }
  const standing = await ask(origin);
  if (options.json === true) io.write(json(documentOf(standing)));
  else if (standing.kind === 'status')
    io.write(statusText(origin, standing.status, { now: Date.now(), hasColours: io.hasColours }));
  else io.error(`${standing.reason}\n`);
  return standing.kind === 'status' && isWell(standing.status) ? 0 : 1;
}

/** Only plain HTTP: the admin port speaks nothing else. */
function originOf(url: string): string | undefined {
  const parsed = URL.parse(url);
  return parsed?.protocol === 'http:' ? parsed.origin : undefined;
}

async function ask(origin: string): Promise<Standing> {
  const answer = await askAdmin(origin, '/status', deadlineMs);
  if (answer.kind === 'unreachable') {
    const advice = 'start one with kt gateway run, or give its place with --admin HOST:PORT';
    return { kind: 'failure', reason: `no gateway at ${origin}: ${answer.reason}; ${advice}` };
  }
  const { judge } = await import('./pod-status.ts');
  return judge(parsedJson(answer.body), `${origin}/status`);
}

async function clusterStatus(
  names: readonly string[],
  options: StatusOptions,
  io: StatusIo,
): Promise<ExitCode> {
  const { Cluster } = await import('../kube/cluster.ts');
  const { KubeError } = await import('../kube/kube-error.ts');
  const { askPods, podsOf } = await import('./pod-status.ts');
  try {
    const cluster = new Cluster(options);
    const { namespace, selector, allNamespaces = false } = options;
    const pods = await podsOf(cluster, { namespace, selector, allNamespaces, names });
    const standings = await askPods(cluster, pods);
    if (options.json === true) io.write(json({ pods: standings.map(podDocument) }));
    else if (standings.length > 0)
      io.write(podTable(standings, { now: Date.now(), hasColours: io.hasColours }));
    else
      io.error(`no pod there has our container: ${howFound}; check --namespace, --selector and --context\n`);
    return standings.length > 0 && standings.every(isPodWell) ? 0 : 1;
  } catch (error) {
    if (!(error instanceof KubeError)) throw error;
    if (options.json === true) io.write(json({ error: error.message }));
    else io.error(`${error.message}\n`);
    return 1;
  }
}

const howFound = 'one is found by the container name kt-sidecar or the port name kt-admin';

function podDocument(found: PodStanding): object {
  const { namespace, pod, standing, map } = found;
  const state = podState(found);
  const wanted = map.kind === 'read' ? { config_map: { name: map.name, hash: map.hash } } : {};
  return { namespace, pod, ...documentOf(standing), state, ok: isPodWell(found), ...wanted };
}

function documentOf(standing: Standing): object {
  if (standing.kind === 'failure') return { state: 'UNKNOWN', ok: false, error: standing.reason };
  return { state: syncOf(standing.status), ok: isWell(standing.status), status: standing.status };
}

function json(document: object): string {
  return `${JSON.stringify(document, undefined, 2)}\n`;
}
