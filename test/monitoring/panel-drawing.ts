import type { Panel } from './chart-queries.ts';
import { axisEnd, withUnit } from './panel-values.ts';
import type { Series } from './prometheus.ts';

/** One line of a panel: what its legend calls it, and its points in seconds and values. */
export interface DrawnLine {
  readonly name: string;
  readonly labels: Series['metric'];
  readonly points: readonly (readonly [at: number, value: number])[];
}

export interface DrawnSpan {
  readonly start: number;
  readonly end: number;
}

const colours = ['#3a76c4', '#e0812b', '#3f9b52', '#c8403c', '#8a63b8', '#8b6350', '#d072b4', '#5f6b7a'];
const plot = { left: 54, right: 8, top: 6, bottom: 18, height: 148 };

export function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}

/** The lines that Grafana makes of the answer to one query. */
export function drawnLines(series: readonly Series[], pattern: string): readonly DrawnLine[] {
  return series.map(({ metric, values }) => ({
    name: pattern.replaceAll(/\{\{\s*(\w+)\s*\}\}/g, (_, label: string) => shortened(metric[label] ?? '')),
    labels: metric,
    points: values
      .map(([at, value]) => [at, Number(value)] as const)
      .filter(([, value]) => Number.isFinite(value)),
  }));
}

function shortened(value: string): string {
  return /^[0-9a-f]{32,}$/.test(value) ? value.slice(0, 8) : value;
}

const colourOf = (index: number): string => colours[index % colours.length] ?? '#000';
const last = (line: DrawnLine): number => line.points.at(-1)?.[1] ?? 0;

/** One panel as HTML, drawn from the lines of its queries. */
export function drawnPanel(
  panel: Panel,
  lines: readonly DrawnLine[],
  span: DrawnSpan,
  width: number,
): string {
  const title = `<h3>${escaped(panel.title)}</h3>`;
  const unit = panel.fieldConfig?.defaults.unit ?? 'none';
  if (lines.length === 0) return `${title}<p class="none">no data</p>`;
  if (panel.type === 'stat')
    return `${title}<p class="stat">${lines.map((line) => withUnit(last(line), unit)).join(' ')}</p>`;
  if (panel.type === 'table') return title + table(lines, span);
  const isStacked = panel.fieldConfig?.defaults.custom?.stacking.mode === 'normal';
  return (
    title + chart(isStacked ? stacked(lines) : lines, { isStacked, unit, span, width }) + legend(lines, width)
  );
}

function table(lines: readonly DrawnLine[], span: DrawnSpan): string {
  const current = lines.filter((line) => (line.points.at(-1)?.[0] ?? 0) > span.end - 5);
  const rows = current.map(
    ({ labels }) =>
      `<tr>${['namespace', 'pod', 'generation', 'hash'].map((name) => `<td>${escaped(shortened(labels[name] ?? ''))}</td>`).join('')}</tr>`,
  );
  return `<table><tr><th>namespace</th><th>pod</th><th>generation</th><th>hash</th></tr>${rows.join('')}</table>`;
}

/** Each line on top of those before it. */
function stacked(lines: readonly DrawnLine[]): readonly DrawnLine[] {
  const sums = new Map<number, number>();
  return lines.map((line) => {
    const points = line.points.map(([at, value]) => {
      const sum = (sums.get(at) ?? 0) + value;
      sums.set(at, sum);
      return [at, sum] as const;
    });
    return { ...line, points };
  });
}

interface ChartLook {
  readonly isStacked: boolean;
  readonly unit: string;
  readonly span: DrawnSpan;
  readonly width: number;
}

function chart(lines: readonly DrawnLine[], { isStacked, unit, span, width }: ChartLook): string {
  const bottom = plot.height - plot.bottom;
  const inner = width - plot.left - plot.right;
  const highest = Math.max(0, ...lines.flatMap(({ points }) => points.map(([, value]) => value)));
  const scale = unit === 'bytes' ? 1024 ** 2 : 1;
  const end = axisEnd(highest / scale) * scale;
  const x = (at: number): number => plot.left + ((at - span.start) / (span.end - span.start)) * inner;
  const y = (value: number): number => bottom - (value / end) * (bottom - plot.top);
  const steps = [0, 1, 2, 3, 4].map((step) => {
    const value = (end / 4) * step;
    return `<path class="grid" d="M${plot.left} ${y(value)}h${inner}"/><text x="${plot.left - 5}" y="${y(value) + 3}" text-anchor="end">${withUnit(value, unit)}</text>`;
  });
  const drawn = lines.map(({ points }, index) => path(points, { x, y, colour: colourOf(index), isStacked }));
  // The highest sum is painted first, so that each area shows only what its own line adds.
  const painted = isStacked ? drawn.toReversed() : drawn;
  return `<svg width="${width}" height="${plot.height}">${steps.join('')}${times(span, x)}${painted.join('')}</svg>`;
}

function times(span: DrawnSpan, x: (at: number) => number): string {
  const step = (span.end - span.start) / 4;
  return [0, 1, 2, 3, 4]
    .map((index) => {
      const anchor = index === 0 ? 'start' : index === 4 ? 'end' : 'middle';
      const label = index === 4 ? 'now' : `-${Math.round(step * (4 - index))} s`;
      return `<text x="${x(span.start + step * index)}" y="${plot.height - 4}" text-anchor="${anchor}">${label}</text>`;
    })
    .join('');
}

interface PathLook {
  readonly x: (at: number) => number;
  readonly y: (value: number) => number;
  readonly colour: string;
  readonly isStacked: boolean;
}

/** A line with gaps where there was no sample for more than two steps. */
function path(points: DrawnLine['points'], { x, y, colour, isStacked }: PathLook): string {
  const parts: (readonly (readonly [number, number])[])[] = [];
  let part: (readonly [number, number])[] = [];
  for (const point of points) {
    const before = part.at(-1);
    if (before !== undefined && point[0] - before[0] > 2.5) {
      parts.push(part);
      part = [];
    }
    part.push(point);
  }
  return [...parts, part]
    .filter((each) => each.length > 0)
    .map((each) => {
      const line = each.map(([at, value]) => `${x(at).toFixed(1)} ${y(value).toFixed(1)}`).join('L');
      const [from = 0, to = 0] = [each[0]?.[0], each.at(-1)?.[0]];
      const area = isStacked
        ? `<path d="M${x(from).toFixed(1)} ${y(0)}L${line}L${x(to).toFixed(1)} ${y(0)}z" fill="#fff"/><path d="M${x(from).toFixed(1)} ${y(0)}L${line}L${x(to).toFixed(1)} ${y(0)}z" fill="${colour}" fill-opacity=".3"/>`
        : '';
      return `${area}<path class="line" d="M${line}" stroke="${colour}"/>`;
    })
    .join('');
}

/** Lines that are 0 throughout are told by their number, as far as there are others: two rows have to do. */
function legend(lines: readonly DrawnLine[], width: number): string {
  const entries = lines.map((line, index) => ({ line, colour: colourOf(index) }));
  const moving = entries.filter(({ line }) => line.points.some(([, value]) => value !== 0));
  const named = moving.length > 0 ? moving : entries;
  const room = (2 * width - 160) / 6.6;
  let used = 0;
  const shown = named.filter(({ line }) => (used += line.name.length + 5) <= room);
  const names = shown.map(
    ({ line, colour }) => `<span><i style="background:${colour}"></i>${escaped(line.name)}</span>`,
  );
  const more = [
    ...(named.length > shown.length ? [`${named.length - shown.length} more`] : []),
    ...(entries.length > named.length ? [`${entries.length - named.length} at 0`] : []),
  ];
  return `<p class="legend">${names.join('')}${more.length > 0 ? `<span>and ${more.join(', ')}</span>` : ''}</p>`;
}
