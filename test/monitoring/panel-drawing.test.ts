import assert from 'node:assert/strict';
import test from 'node:test';
import { dashboardPanels } from './chart-queries.ts';
import { drawnPage } from './drawn-page.ts';
import { drawnLines } from './panel-drawing.ts';
import { axisEnd, withUnit } from './panel-values.ts';

const span = { start: 0, end: 10 };
const series = [
  {
    metric: { pod: 'a<b', hash: 'f'.repeat(64) },
    values: [
      [1, '2'],
      [2, 'NaN'],
      [3, '4'],
    ],
  },
] as const;
const lines = drawnLines(
  series.map(({ metric, values }) => ({ metric, values: values.map(([at, value]) => [at, value]) })),
  '{{pod}} {{hash}} {{away}}',
);

test('a legend takes labels, hashes shortened, and samples without a value are left out', () => {
  assert.deepEqual(
    lines.map(({ name, points }) => ({ name, points })),
    [
      {
        name: 'a<b ffffffff ',
        points: [
          [1, 2],
          [3, 4],
        ],
      },
    ],
  );
});

test('the page has every panel of the dashboard, and no markup from labels', () => {
  const { html } = drawnPage(
    dashboardPanels.map((panel) => ({ panel, lines })),
    span,
  );

  for (const { title } of dashboardPanels) assert.ok(html.includes(`>${title}</h`), title);
  assert.ok(html.includes('a&lt;b') && !html.includes('a<b'));
});

test('a panel without an answer says so', () => {
  const { html } = drawnPage(
    dashboardPanels.map((panel) => ({ panel, lines: [] })),
    span,
  );

  const panels = dashboardPanels.filter(({ type }) => type !== 'row');
  assert.equal(html.split('no data').length - 1, panels.length);
});

test('values are short and in their unit', () => {
  const cases = [
    [0.00025, 's', '250 µs'],
    [0.02, 's', '20 ms'],
    [0, 's', '0 s'],
    [1.5, 's', '1.5 s'],
    [104_857_600, 'bytes', '100 MiB'],
    [0.125, 'percentunit', '12.5 %'],
    [0.5, 'currencyUSD', '$0.5'],
    [0.25, 'reqps', '0.25/s'],
    [1500, 'short', '1.5 k'],
    [0.5, 'cores', '0.5'],
  ] as const;

  for (const [value, unit, text] of cases) assert.equal(withUnit(value, unit), text);
});

test('an axis has four round steps and room for the highest value', () => {
  assert.deepEqual([0, 3.9, 41, 0.0007].map(axisEnd), [1, 4, 60, 0.0008]);
});
