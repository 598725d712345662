import { execFileSync } from 'node:child_process';
import os from 'node:os';
import { layout } from './cores.ts';
import { type Digest, type Figure, type RowResult, verdict } from './figure.ts';
import { measuredPeerNames, isInstalled, titleOf } from './installed-peers.ts';
import { cpuResolution } from './process-usage.ts';

export interface MeasuredRow extends RowResult {
  readonly id: string;
  readonly title: string;
  readonly seconds: number;
}

/** Where and how the figures came about. */
export interface Circumstances {
  readonly date: string;
  readonly command: string;
  readonly machine: string;
  readonly node: string;
  readonly nginx: string;
  readonly otherGateways: string;
  readonly layout: string;
  readonly cpuTime: string;
  readonly rounds: number;
  /** One minute's load average before the first row; more than about 0.5 says that somebody else was at work. */
  readonly loadBefore: number;
}

export interface Report {
  /** Counts so small that the figures mean nothing. */
  readonly isSmoke: boolean;
  readonly circumstances: Circumstances;
  readonly rows: readonly MeasuredRow[];
}

export function circumstances(command: string, rounds: number): Circumstances {
  const [cpu] = os.cpus();
  const memory = `${Math.round(os.totalmem() / 2 ** 30)} GB`;
  return {
    date: new Date().toISOString(),
    command,
    machine: `${cpu?.model.trim() ?? os.arch()}, ${os.cpus().length} cores, ${memory}, ${os.type()} ${os.release()}`,
    node: process.version,
    nginx: nginxVersion(),
    otherGateways: installedTitles(),
    layout: layout(),
    cpuTime: cpuResolution(),
    rounds,
    loadBefore: os.loadavg()[0] ?? Number.NaN,
  };
}

function installedTitles(): string {
  const titles = measuredPeerNames.filter(isInstalled).map(titleOf);
  return titles.length === 0 ? 'no other gateway installed' : titles.join(', ');
}

function nginxVersion(): string {
  try {
    execFileSync('nginx', ['-v'], { stdio: 'ignore' });
    return 'installed';
  } catch {
    return 'not installed';
  }
}

export function toMarkdown(report: Report): string {
  const { circumstances: here, rows } = report;
  const told = rows.map(
    (row) =>
      `## ${row.title}\n\n${row.digest === undefined ? '' : glance(row.digest)}${table(row.figures)}\n${row.notes.map((note) => `- ${note}\n`).join('')}`,
  );
  return `# Bench

\`${here.command}\`, ${here.date}

- machine: ${here.machine}; load average before: ${here.loadBefore.toFixed(2)}
- Node ${here.node}; nginx ${here.nginx}; ${here.otherGateways}
- ${here.layout}
- CPU time from ${here.cpuTime}; ${here.rounds} rounds, interleaved, after one that warms up; ratios within each round

${report.isSmoke ? '**A smoke run: every figure was measured, and none of them means anything.**' : summary(rows)}

${told.join('\n')}`;
}

function summary(rows: readonly MeasuredRow[]): string {
  const judged = rows.flatMap(({ figures }) => figures).filter(({ bar }) => bar !== undefined);
  const missed = judged.filter((figure) => verdict(figure) === 'bar MISSED');
  const head = `**${judged.length - missed.length} of ${judged.length} bars met.**`;
  if (missed.length === 0) return head;
  return `${head} Missed:\n\n${missed.map((figure) => `- ${figure.what}: ${amount(figure.spread.median, figure.unit)}, bar ${limit(figure.bar, figure.unit)}`).join('\n')}`;
}

function table(figures: readonly Figure[]): string {
  const lines = figures.map((figure) => {
    const { what, unit, spread, bar, stretch } = figure;
    const range =
      spread.min === spread.max ? '' : `${amount(spread.min, unit)} – ${amount(spread.max, unit)}`;
    return `| ${what} | ${amount(spread.median, unit)} | ${range} | ${limit(bar, unit)} | ${limit(stretch, unit)} | ${verdict(figure)} |`;
  });
  return `| what | median | min – max | bar | stretch | verdict |\n|---|--:|--:|--:|--:|---|\n${lines.join('\n')}\n`;
}

function glance({ columns, lines }: Digest): string {
  const head = `| median |${columns.map(({ what }) => ` ${what} |`).join('')}`;
  const rule = `|---|${'--:|'.repeat(columns.length)}`;
  const body = lines.map(({ label, medians }) => {
    const cells = columns.map(({ unit }, at) => ` ${brief(medians[at] ?? Number.NaN, unit)} |`);
    return `| ${label} |${cells.join('')}`;
  });
  return `${[head, rule, ...body].join('\n')}\n\n`;
}

/** Three digits are what a glance takes in. */
function brief(value: number, unit: Figure['unit']): string {
  const isThousands = unit === 'us' && value >= 1000;
  const scaled = isThousands ? value / 1000 : value;
  return amount(Number(scaled.toPrecision(3)), isThousands ? 'ms' : unit);
}

function limit(value: number | undefined, unit: Figure['unit']): string {
  return value === undefined ? '' : `<= ${amount(value, unit)}`;
}

function amount(value: number, unit: Figure['unit']): string {
  if (!Number.isFinite(value)) return 'none';
  if (unit === 'failures') return String(value);
  const digits = unit === 'x' ? 2 : 1;
  const text = Number(value.toFixed(digits)).toString();
  return unit === 'x' ? text : `${text} ${unit}`;
}
