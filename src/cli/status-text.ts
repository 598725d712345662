import { styleText } from 'node:util';
import { isWell, type StatusView, syncOf } from '../record/status-document.ts';
import { duration, printableCell, table } from './table.ts';

interface TextOptions {
  /** Epoch milliseconds. */
  readonly now: number;
  readonly hasColours: boolean;
}

/** One gateway's standing, or why it could not be asked. */
export type Standing =
  | { readonly kind: 'status'; readonly status: StatusView }
  | { readonly kind: 'failure'; readonly reason: string };

export interface PodStanding {
  readonly namespace: string;
  readonly pod: string;
  readonly standing: Standing;
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
  if (config.issues.length > 0) parts.push('\n', issues(status));
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
function issues({ config }: StatusView): string {
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
    'AGE',
    'PHASE',
    'TARGETS',
    'IN FLIGHT',
    'DEGRADED',
  ];
  const text = table([head, ...pods.map((pod) => row(pod, options.now))]);
  const notes = pods.flatMap(notesOf);
  const coloured = options.hasColours ? colourWords(text) : text;
  return notes.length === 0 ? coloured : `${coloured}\n${notes.join('')}`;
}

function row({ namespace, pod, standing }: PodStanding, now: number): readonly string[] {
  if (standing.kind === 'failure') return [namespace, pod, 'UNKNOWN'];
  const { status } = standing;
  const { config } = status;
  const available = status.targets.filter((target) => target.available).length;
  return [
    namespace,
    pod,
    syncOf(status),
    String(config.generation),
    (config.applied_hash ?? 'none').slice(0, 12),
    age(config.last_success, now),
    status.phase,
    `${available}/${status.targets.length}`,
    String(Object.values(status.leases).reduce((sum, open) => sum + open, status.exchanges_on_current)),
    status.degraded.join(',') || '-',
  ];
}

function notesOf({ namespace, pod, standing }: PodStanding): readonly string[] {
  if (standing.kind === 'failure') return [`${printableCell(`${namespace}/${pod}: ${standing.reason}`)}\n`];
  if (isWell(standing.status) || standing.status.config.issues.length === 0) return [];
  return [`${namespace}/${pod}:\n${issues(standing.status)}`];
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
