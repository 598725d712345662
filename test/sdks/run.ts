import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buildIfStale } from '../../scripts/build.ts';
import { mustRun } from './command.ts';
import { installEnvironments } from './environments.ts';
import type { Fact } from './fact.ts';
import { type Matrix, matrixTable, reasonList, toMatrix } from './matrix.ts';
import { type Options, readOptions, usage } from './options.ts';
import { keepPage } from './page.ts';
import { type Sdk, sdks } from './sdks.ts';
import { Stage } from './stage.ts';
import { runSuite } from './suites.ts';

// `npm run test:sdks`: the client libraries people use, as they are published, against the built gateway.

const root = join(import.meta.dirname, '../..');
const say = (text: string): void => void process.stderr.write(`${text}\n`);

function optionsOrExit(): Options {
  try {
    return readOptions(process.argv.slice(2));
  } catch (error) {
    say(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`);
    process.exit(2);
  }
}

// Much of a suite is waiting, for the back-off of a retry above all.
const atOnce = 3;

async function testAll(chosen: readonly Sdk[]): Promise<readonly Fact[]> {
  const stage = await Stage.start();
  const waiting = chosen.values();
  const facts = new Map<Sdk, readonly Fact[]>();
  const lane = async (): Promise<void> => {
    // One iterator for all lanes: each takes the next library nobody has begun.
    for (const sdk of waiting) facts.set(sdk, await testOne(sdk, stage));
  };
  try {
    await Promise.all(Array.from({ length: atOnce }, lane));
  } finally {
    await stage.stop();
  }
  return chosen.flatMap((sdk) => facts.get(sdk) ?? []);
}

async function testOne(sdk: Sdk, stage: Stage): Promise<readonly Fact[]> {
  const startedAt = performance.now();
  const found = await runSuite(sdk, stage.addresses);
  const failed = found.filter(({ outcome }) => outcome === 'failed');
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  say(`${sdk.title}: ${found.length} tests, ${failed.length} failed, ${seconds} s`);
  for (const { text, feature, detail } of failed) say(`  FAILED ${feature ?? ''}: ${text}\n${detail}`);
  return found;
}

function failuresIn(matrix: Matrix): readonly string[] {
  return matrix.flatMap(({ title, cells }) =>
    cells
      .filter(({ outcome }) => outcome === 'failed')
      .map(({ feature, reason }) => `${title}, ${feature}${reason === undefined ? '' : `: ${reason}`}`),
  );
}

const options = optionsOrExit();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(1)); // gateways end with it

async function testAndReport(): Promise<readonly string[]> {
  const chosen = sdks.filter(({ id }) => options.only?.includes(id) ?? true);
  await buildIfStale();
  await installEnvironments(say);
  // The tests are apps in TypeScript: they must compile against the libraries' own types.
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  await mustRun(process.execPath, [tsc, '-p', join(root, 'test/sdks/node')]);
  const facts = await testAll(chosen);
  const matrix = toMatrix(facts, chosen);
  if (options.json !== undefined) await writeFile(options.json, `${JSON.stringify(matrix, undefined, 2)}\n`);
  process.stdout.write(`${matrixTable(matrix)}\n${reasonList(matrix)}`);
  // A file that fails as a whole has no feature to fail in the matrix.
  const nameless = facts.filter(({ feature }) => feature === undefined);
  const failures = [...failuresIn(matrix), ...nameless.map(({ sdk, text }) => `${sdk}: ${text}`)];
  return options.docs === 'leave' || failures.length > 0 ? failures : keepPage(matrix, options.docs);
}

try {
  const failures = await testAndReport();
  for (const failure of failures) say(`FAILED ${failure}`);
  if (failures.length > 0) process.exitCode = 1;
} catch (error) {
  say(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
