import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';
import { temporaryDirectory } from '../support/configmap-volume.ts';
import { dashboardPanels, filledIn, rulesPath } from './chart-queries.ts';
import { type AnsweredPanel, drawnPage } from './drawn-page.ts';
import { drawnLines } from './panel-drawing.ts';
import { Prometheus } from './prometheus.ts';
import { Traffic } from './traffic.ts';

// Draws docs/dashboard.png: a real Prometheus, a real gateway under calls for some minutes, a good edit and a bad one.

const picture = join(import.meta.dirname, '../../docs/dashboard.png');
const spanSeconds = Number(process.env['PICTURE_SECONDS'] ?? 150);

/** Undone in reverse, also where drawing fails. */
const undone: (() => unknown)[] = [];
const cleanup = { after: (undo: () => unknown): void => void undone.push(undo) };

async function answers(prometheus: Prometheus, seconds: number): Promise<readonly AnsweredPanel[]> {
  return Promise.all(
    dashboardPanels.map(async (panel) => {
      const lines = await Promise.all(
        panel.targets.map(async ({ expr, legendFormat }) =>
          drawnLines(await prometheus.range(filledIn(expr), seconds), legendFormat),
        ),
      );
      return { panel, lines: lines.flat() };
    }),
  );
}

async function draw(): Promise<void> {
  const traffic = await Traffic.start(cleanup);
  const prometheus = await Prometheus.start(cleanup, await traffic.admin(), rulesPath);
  await wait(15_000); // one window of the rates, so that no line begins with a gap
  await wait(spanSeconds * 300);
  await traffic.editsWell();
  await wait(spanSeconds * 300);
  await traffic.editsBadly();
  await wait(spanSeconds * 400);
  const panels = await answers(prometheus, spanSeconds);
  const end = Date.now() / 1000;
  const { html, width, height } = drawnPage(panels, { start: end - spanSeconds, end });
  const page = join(await temporaryDirectory(cleanup), 'page.html');
  writeFileSync(page, html);
  const asRoot = process.getuid?.() === 0 ? ['--no-sandbox'] : []; // Chromium refuses to run as root with one
  const args = ['--headless', ...asRoot, `--screenshot=${picture}`, `--window-size=${width},${height}`, page];
  await promisify(execFile)(process.env['CHROMIUM'] ?? 'chromium', args);
}

try {
  await draw();
} finally {
  for (const undo of undone.toReversed()) await undo();
}
