import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { readScrape } from '../accounts/scraped.ts';
import { primary, start } from './exposed.ts';
import { decision, finished } from './finished.ts';

const page = readFileSync(join(import.meta.dirname, '../../docs/observability.md'), 'utf8');
const row = /^\| `(\w+)` \| (counter|gauge|histogram) \| ([^|]*) \|/gm;

/** `name type label, label` of every metric in the table. */
function documented(): readonly string[] {
  return [...page.matchAll(row)].map(([, name = '', type = '', labels = '']) => {
    const named = [...labels.matchAll(/`(\w+)`/g)].map(([, label = '']) => label);
    return `${name} ${type} ${named.toSorted().join(', ')}`;
  });
}

function exported(text: string): readonly string[] {
  const samples = readScrape(text);
  return [...text.matchAll(/^# TYPE (\w+) (\w+)$/gm)].map(([, name = '', type = '']) => {
    const own = samples.filter(
      (sample) => sample.name.replace(/_(bucket|sum|count)$/, '') === name || sample.name === name,
    );
    const labels = new Set(
      own.flatMap((sample) => Object.keys(sample.labels)).filter((label) => label !== 'le'),
    );
    return `${name} ${type} ${[...labels].toSorted().join(', ')}`;
  });
}

test('the table of metrics names what is exported, no more and no less', async (t) => {
  const { metrics, targets, text } = start(t);
  metrics.exportsCallback = true;
  metrics.admitTarget(primary);
  targets.push({ id: 'primary', state: 'available' });
  metrics.admitAdvisers(['http://analyzer:3000/analyze']);
  metrics.record(finished({ stream: true, costNanoUsd: 1, decisions: [decision()] }));
  metrics.record(finished({ usage: { inputTokens: 1, outputTokens: 1, estimated: true } }));

  assert.deepEqual(documented().toSorted(), exported(await text()).toSorted());
});
