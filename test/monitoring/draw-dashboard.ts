import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { temporaryDirectory } from '../support/configmap-volume.ts';
import { dashboardPanels, filledIn, type Panel, rulesPath } from './chart-queries.ts';
import { Prometheus, type Series } from './prometheus.ts';
import { Traffic } from './traffic.ts';

// `npm run dashboard:draw`: docs/dashboard.png, the panels of the dashboard as a real Prometheus answers their queries. It is
// no Grafana; it takes Chromium (or CHROMIUM=PATH).

const seconds = 90;
const picture = join(import.meta.dirname, '../../docs/dashboard.png');
const columns = 24;
const cell = { width: 60, height: 26 };
const colours = [
  '#3274d9',
  '#e0752d',
  '#56a64b',
  '#a352cc',
  '#c4162a',
  '#8f8f8f',
  '#37872d',
  '#fade2a',
  '#ff780a',
  '#5794f2',
];

interface Line {
  readonly name: string;
  readonly points: readonly (readonly [at: number, value: number])[];
}

function linesOf(series: readonly Series[], legend: string): readonly Line[] {
  return series.map(({ metric, values }) => ({
    name: legend.replace(/\{\{(\w+)\}\}/g, (_, label: string) => (metric[label] ?? '').slice(0, 12)),
    points: values
      .map(([at, value]) => [at, Number(value)] as const)
      .filter(([, value]) => Number.isFinite(value)),
  }));
}

function shown(value: number): string {
  if (value >= 1e6) return `${(value / 1e6).toFixed(0)}M`;
  if (value >= 100) return value.toFixed(0);
  if (value >= 1) return value.toFixed(1);
  return value === 0 ? '0' : value.toPrecision(2);
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}

/** A panel as SVG: lines over the time, the highest value at its axis, and who is who below. */
function drawn({ title, gridPos }: Panel, lines: readonly Line[]): string {
  const box = { width: gridPos.w * cell.width - 10, height: gridPos.h * cell.height - 10 };
  const plot = { left: 46, top: 30, width: box.width - 58, height: box.height - 74 };
  const all = lines.flatMap(({ points }) => points);
  const most = Math.max(1e-9, ...all.map(([, value]) => value));
  const [first, last] = [Math.min(...all.map(([at]) => at)), Math.max(...all.map(([at]) => at))];
  const x = (at: number): number => plot.left + ((at - first) / Math.max(1, last - first)) * plot.width;
  const y = (value: number): number => plot.top + plot.height - (value / most) * plot.height;
  const paths = lines.map(({ points }, index) => {
    const path = points.map(([at, value]) => `${x(at).toFixed(1)},${y(value).toFixed(1)}`).join(' ');
    return `<polyline points="${path}" fill="none" stroke="${colours[index % colours.length]}" stroke-width="1.5"/>`;
  });
  const grid = [0, 0.5, 1].map(
    (share) =>
      `<line x1="${plot.left}" x2="${plot.left + plot.width}" y1="${y(most * share)}" y2="${y(most * share)}" stroke="#2c3235"/>` +
      `<text x="${plot.left - 6}" y="${y(most * share) + 4}" text-anchor="end" class="axis">${shown(most * share)}</text>`,
  );
  const names = lines
    .slice(0, 6)
    .map(
      ({ name }, index) =>
        `<tspan fill="${colours[index % colours.length]}">&#9632; </tspan><tspan>${escaped(name)}  </tspan>`,
    );
  return (
    `<svg style="left:${gridPos.x * cell.width}px;top:${gridPos.y * cell.height}px" width="${box.width}" height="${box.height}">` +
    `<text x="12" y="20" class="title">${escaped(title)}</text>${grid.join('')}${paths.join('')}` +
    `<text x="12" y="${box.height - 14}" class="legend">${names.join('')}</text></svg>`
  );
}

test('the dashboard is drawn', async (t) => {
  const traffic = await Traffic.start(t);
  const prometheus = await Prometheus.start(t, await traffic.admin(), rulesPath);
  await wait((seconds / 3) * 1000);
  await traffic.editsWell();
  await wait((seconds / 3) * 1000);
  await traffic.editsBadly();
  await wait((seconds / 3) * 1000);

  const parts: string[] = [];
  for (const panel of dashboardPanels) {
    if (panel.type === 'row') {
      parts.push(`<h2 style="top:${panel.gridPos.y * cell.height}px">${escaped(panel.title)}</h2>`);
      continue;
    }
    const lines: Line[] = [];
    for (const { expr, legendFormat } of panel.targets)
      lines.push(...linesOf(await prometheus.range(filledIn(expr), seconds), legendFormat));
    parts.push(drawn(panel, lines));
  }
  const height = Math.max(...dashboardPanels.map(({ gridPos }) => gridPos.y + gridPos.h)) * cell.height;
  const style =
    'body{margin:0;background:#111217;font:12px DejaVu Sans,sans-serif}svg{position:absolute;background:#181b1f;border:1px solid #25292e}' +
    'h2{position:absolute;left:4px;margin:4px 0;color:#ccccdc;font-size:14px}.title{fill:#ccccdc;font-weight:bold}.axis,.legend{fill:#9fa7b3;font-size:10px}';
  const page = join(await temporaryDirectory(t), 'dashboard.html');
  writeFileSync(
    page,
    `<!doctype html><meta charset="utf-8"><style>${style}</style><body>${parts.join('\n')}`,
  );
  const size = `--window-size=${columns * cell.width},${height}`;
  const flags = [
    '--headless',
    '--no-sandbox',
    '--disable-gpu',
    '--hide-scrollbars',
    size,
    `--screenshot=${picture}`,
  ];
  execFileSync(process.env['CHROMIUM'] ?? 'chromium', [...flags, `file://${page}`], { stdio: 'ignore' });
});
