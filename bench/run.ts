import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buildIfStale } from '../scripts/build.ts';
import type { Bench, Row } from './bench.ts';
import { Child, freePort, untilReady } from './child.ts';
import { leaveGatewayCore } from './cores.ts';
import { isFinite } from './figure.ts';
import { Load } from './load.ts';
import { type Options, readOptions, usage } from './options.ts';
import { Programs } from './programs.ts';
import { circumstances, type MeasuredRow, type Report, toMarkdown } from './report.ts';
import { chainCost } from './rows/chain-cost.ts';
import { cpuOfCalls, cpuOfStreams } from './rows/cpu.ts';
import { addedLatency } from './rows/latency.ts';
import { otherGateways } from './rows/peers.ts';
import { searchCost } from './rows/search-cost.ts';
import { slowStreams } from './rows/slow-streams.ts';
import { startAndMemory } from './rows/start-and-memory.ts';
import { tracing } from './rows/tracing.ts';
import { telemetryCost } from './rows/telemetry.ts';
import { full, type Scale, smoke } from './scale.ts';

// `npm run bench`: everything on loopback, bounded in count and time. Ends with 1 where a figure could not be had; a bar
// that is missed is a finding, not a failure.

const rows: readonly Row[] = [
  cpuOfCalls,
  cpuOfStreams,
  addedLatency,
  startAndMemory,
  chainCost,
  searchCost,
  telemetryCost,
  slowStreams,
  tracing,
  otherGateways,
];

const say = (text: string): void => void process.stderr.write(`${text}\n`);

function optionsOrExit(): Options {
  try {
    return readOptions(
      process.argv.slice(2),
      rows.map(({ id }) => id),
    );
  } catch (error) {
    say(
      `${error instanceof Error ? error.message : String(error)}\n\n${usage}rows: ${rows.map(({ id }) => id).join(', ')}`,
    );
    process.exit(2);
  }
}

async function measureAll(
  chosen: readonly Row[],
  scale: Scale,
): Promise<{ rows: MeasuredRow[]; failed: string[] }> {
  const programs = await Programs.build();
  const upstreamPort = await freePort();
  const command = programs.command('upstream', upstreamPort, scale.slowWrites);
  await using upstream = new Child({ name: 'the upstream', command, core: 'load' });
  await untilReady(upstream, upstreamPort, { path: '/' });
  await using load = new Load(programs);
  const bench: Bench = { scale, programs, load, surroundings: { programs, upstreamPort } };
  const measured: MeasuredRow[] = [];
  const failed: string[] = [];
  for (const row of chosen) {
    say(`${row.id} …`);
    const startedAt = performance.now();
    try {
      const result = await row.measure(bench);
      const seconds = Math.round(performance.now() - startedAt) / 1000;
      measured.push({ id: row.id, title: row.title, seconds, ...result });
      failed.push(
        ...result.figures.filter((figure) => !isFinite(figure)).map(({ id }) => `${id}: no figure`),
      );
    } catch (error) {
      failed.push(`${row.id}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  return { rows: measured, failed };
}

async function save(report: Report): Promise<void> {
  const folder = join(import.meta.dirname, 'results');
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'latest.json'), `${JSON.stringify(report, undefined, 2)}\n`);
  await writeFile(join(folder, 'latest.md'), toMarkdown(report));
}

const options = optionsOrExit();
const base = options.isSmoke ? smoke : full;
const scale: Scale = { ...base, rounds: options.rounds ?? base.rounds };
process.setMaxListeners(64); // each child ends with the runner
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(1)); // children end with it
const deadline = setTimeout(() => {
  say(`not finished within ${scale.deadlineMs / 1000} s`);
  process.exit(1);
}, scale.deadlineMs);

await buildIfStale();
leaveGatewayCore();
const here = circumstances(['npm run bench --', ...process.argv.slice(2)].join(' '), scale.rounds);
const chosen = rows.filter(({ id }) => options.rows?.includes(id) ?? true);
const { rows: measured, failed } = await measureAll(chosen, scale);
const report: Report = { isSmoke: scale.isSmoke, circumstances: here, rows: measured };
process.stdout.write(options.isJson ? `${JSON.stringify(report)}\n` : toMarkdown(report));
if (!options.isSmoke && measured.length > 0) await save(report);
for (const failure of failed) say(`FAILED ${failure}`);
if (failed.length > 0) process.exitCode = 1;
clearTimeout(deadline);
