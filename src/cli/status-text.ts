import { styleText } from 'node:util';
import { isWell, type StatusView, syncOf } from '../record/status-document.ts';
import { type PodStanding, podState } from './pod-standing.ts';
import { duration, printableCell, table } from './table.ts';

interface TextOptions {
  /** Epoch milliseconds. */
  readonly now: number;
  readonly hasColours: boolean;
}

/** Everything about one gateway. */
export function statusText(where: string, status: StatusView, options: TextOptions): string {
  const { config, listening } = status;
  const facts = [
    ['gateway', where],
    ['version', status.version],
    ['phase', `${status.phase}, up ${duration(status.uptime_seconds)}`],
    ['config', syncOf(status)],
    ['generation', `${config.generation}, applied ${age(config.last_success, options.now)}`],
    ['applied', config.applied_hash ?? 'none'],
    [
      'desired',
      `${config.desired_hash ?? 'none that can be read'}, since ${age(config.desired_since, options.now)}`,
    ],
    ['in flight', inFlight(status)],
    ['data', listening.data.join(' ')],
    ['admin', listening.admin.join(' ')],
    ['degraded', status.degraded.join(', ') || 'no'],
  ];
  const standing = table(facts);
  const parts = [options.hasColours ? colourWords(standing) : standing, '\n', targets(status, options.now)];
  if (status.advisers.length > 0) parts.push('\n', advisers(status, options.now));
  if (config.issues.length > 0) parts.push('\n', issueLines(status));
  return parts.join('');
}

function inFlight({ exchanges_on_current: current, leases }: StatusView): string {
  const old = Object.entries(leases).map(([generation, open]) => `${open} on generation ${generation}`);
  return [`${current} on this generation`, ...old].join(', ');
}

function targets(status: StatusView, now: number): string {
  const rows = status.targets.map((target) => [
    target.id,
    targetStanding(target),
    `${target.provider} ${target.model}`,
    target.origin,
    String(target.in_flight),
    String(target.successes),
    String(target.failures),
    age(target.last_failure, now),
  ]);
  const head = ['TARGET', 'STATE', 'MODEL', 'ORIGIN', 'IN FLIGHT', 'OK', 'FAILED', 'LAST FAILURE'];
  return table([head, ...rows]);
}

function targetStanding({
  available,
  target_misconfigured: answered,
}: StatusView['targets'][number]): string {
  if (!available) return 'NO KEY';
  return answered === null ? 'available' : `MISCONFIGURED (${answered})`;
}

/** Whom policies ask, such as a recogniser. */
function advisers(status: StatusView, now: number): string {
  const rows = status.advisers.map((adviser) => [
    adviser.url,
    adviser.state === 'closed' ? 'asked' : 'LEFT ALONE',
    String(adviser.in_flight),
    String(adviser.successes),
    String(adviser.failures),
    age(adviser.last_failure, now),
  ]);
  const head = ['ADVISER', 'STATE', 'IN FLIGHT', 'OK', 'FAILED', 'LAST FAILURE'];
  return table([head, ...rows]);
}

/** One line an issue. The hint is that of the file: whoever edits it sees the excerpt with `kt policy lint`. */
export function issueLines({ config }: StatusView): string {
  return config.issues
    .map(({ severity, code, path, message, line, column }) => {
      const where = path === '' ? '' : `${path}: `;
      return `${printableCell(`${severity} ${code} ${where}${message} (line ${line}, column ${column})`)}\n`;
    })
    .join('');
}

/** A line for each pod, then what is wrong with which. */
export function podTable(pods: readonly PodStanding[], options: TextOptions): string {
  const head = [
    'NAMESPACE',
    'POD',
    'CONFIG',
    'GENERATION',
    'HASH',
    'WANTED',
    'AGE',
    'PHASE',
    'TARGETS',
    'IN FLIGHT',
    'DEGRADED',
  ];
  const text = table([head, ...pods.map((pod) => row(pod, options.now))]);
  const notes = [...pods.flatMap(notesOf), ...unreadMaps(pods)];
  const coloured = options.hasColours ? colourWords(text) : text;
  return notes.length === 0 ? coloured : `${coloured}\n${notes.join('')}`;
}

function row(found: PodStanding, now: number): readonly string[] {
  const { namespace, pod, standing, map } = found;
  if (standing.kind === 'failure') return [namespace, pod, 'UNKNOWN'];
  const { status } = standing;
  const { config } = status;
  const available = status.targets.filter((target) => target.available).length;
  return [
    namespace,
    pod,
    podState(found),
    String(config.generation),
    shortHashOf(config.applied_hash),
    shortHashOf(map.kind === 'read' ? map.hash : config.desired_hash),
    age(config.last_success, now),
    status.phase,
    `${available}/${status.targets.length}`,
    String(Object.values(status.leases).reduce((sum, open) => sum + open, status.exchanges_on_current)),
    status.degraded.join(',') || '-',
  ];
}

function shortHashOf(hash: string | null): string {
  return (hash ?? 'none').slice(0, 12);
}

function notesOf({ namespace, pod, standing, map }: PodStanding): readonly string[] {
  const where = `${namespace}/${pod}`;
  const note = (text: string): string => `${printableCell(`${where}: ${text}`)}\n`;
  if (standing.kind === 'failure') return [note(standing.reason)];
  const { status } = standing;
  if (map.kind === 'read' && map.hash !== status.config.desired_hash)
    return [note(`the last edit of ConfigMap ${map.name} has not reached it yet: kt rollout nudge`)];
  if (isWell(status) || status.config.issues.length === 0) return [];
  return [`${where}:\n${issueLines(status)}`];
}

/** Each once, however many pods mount it. */
function unreadMaps(pods: readonly PodStanding[]): readonly string[] {
  const reasons = pods.flatMap(({ map }) => (map.kind === 'unreadable' ? [map.reason] : []));
  return Array.from(
    new Set(reasons),
    (reason) => `${printableCell(`what pods should run is not known: ${reason}`)}\n`,
  );
}

/** Padding counts characters, so the words are coloured once the columns stand. */
function colourWords(text: string): string {
  return text.replaceAll(/(?<=^(?:config +|\S+ +\S+ +))(SYNCED|STALE|REJECTED|UNKNOWN)\b/gm, (word: string) =>
    styleText(word === 'SYNCED' ? 'green' : word === 'STALE' ? 'yellow' : 'red', word, {
      validateStream: false,
    }),
  );
}

function age(at: string | null, now: number): string {
  return at === null ? 'never' : `${duration((now - Date.parse(at)) / 1000)} ago`;
}
