import { fork } from 'node:child_process';
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { type Counts, noCounts, partNames, type Report, reportShape } from './counts.ts';

// `npm run prove`: the properties of streaming enforcement over as many texts and ways to cut them as asked for, in one
// process for each core. `--seed` repeats a run: a failure names the seed of its worker.
const { values } = parseArgs({
  options: {
    pairs: { type: 'string', default: '1000000' },
    streams: { type: 'string', default: '20000' },
    sockets: { type: 'string', default: '2000' },
    workers: { type: 'string', default: String(availableParallelism()) },
    seed: { type: 'string', default: String(Date.now() % 1_000_000_000) },
  },
});

const workers = Number(values.workers);
const seed = Number(values.seed);
const share = (all: string): number => Math.ceil(Number(all) / workers);

async function work(index: number): Promise<Report | undefined> {
  const own = {
    seed: seed + index,
    pairs: share(values.pairs),
    streams: share(values.streams),
    sockets: share(values.sockets),
  };
  const child = fork(new URL('worker.ts', import.meta.url), [JSON.stringify(own)], {
    execArgv: ['--import', 'tsx'],
  });
  let report: Report | undefined;
  child.on('message', (message) => {
    report = reportShape.parse(message);
  });
  const [code] = await once(child, 'exit');
  return code === 0 ? report : undefined;
}

function sum(all: readonly Counts[]): Counts {
  return all.reduce(
    (one, other) => ({
      pairs: one.pairs + other.pairs,
      texts: one.texts + other.texts,
      rewritten: one.rewritten + other.rewritten,
      denied: one.denied + other.denied,
      pieces: one.pieces + other.pieces,
      mostHeld: Math.max(one.mostHeld, other.mostHeld),
      found: sumOf(one.found, other.found),
    }),
    noCounts(),
  );
}

function sumOf(one: Counts['found'], other: Counts['found']): Counts['found'] {
  const all = new Set([...Object.keys(one), ...Object.keys(other)]);
  return Object.fromEntries([...all].map((rule) => [rule, (one[rule] ?? 0) + (other[rule] ?? 0)]));
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

const startedAt = performance.now();
const reports = await Promise.all(Array.from({ length: workers }, (_, index) => work(index)));
const seconds = Math.round((performance.now() - startedAt) / 1000);
for (const part of partNames) {
  const { pairs, texts, rewritten, denied, pieces, mostHeld, found } = sum(
    reports.flatMap((one) => one?.[part] ?? []),
  );
  const held = mostHeld > 0 ? `, at most ${mostHeld} characters withheld` : '';
  say(
    `${part}: ${pairs} pairs, ${texts} texts (${rewritten} rewritten, ${denied} denied), ${pieces} pieces${held}`,
  );
  const rules = Object.entries(found).toSorted(([, a], [, b]) => a - b);
  if (rules.length > 0) say(`  found ${rules.map(([rule, times]) => `${rule} ${times}`).join(', ')}`);
}
const failed = reports.filter((one) => one === undefined).length;
say(`seed ${seed}, ${workers} processes, ${seconds} s: ${failed === 0 ? 'all hold' : `${failed} failed`}`);
process.exitCode = failed === 0 ? 0 : 1;
