import { globSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from 'node:test';
import { runCommand } from './command.ts';
import { nodeFolder, pythonOf } from './environments.ts';
import { type Fact, type RawResult, toFact } from './fact.ts';
import type { Sdk } from './sdks.ts';
import type { StageAddresses } from './stage.ts';

const here = import.meta.dirname;
const testTimeoutMs = 60_000;
/** A whole Python suite, or an example: a library that hangs must not hang the run. */
const suiteTimeoutMs = 300_000;

/** The address in every example, as an app would write it. */
const documentedUrl = 'http://127.0.0.1:41002';

/** Where a library's example is. */
export function examplePath(sdk: Sdk): string {
  const [folder, extension] = sdk.environment === 'node' ? ['node', 'mjs'] : ['python', 'py'];
  return join(here, folder, 'examples', `${sdk.file}.${extension}`);
}

/** Runs all the tests of one library against the stage. */
export async function runSuite(sdk: Sdk, addresses: StageAddresses): Promise<readonly Fact[]> {
  const env = { ...process.env, KT_SDK_STAGE: JSON.stringify(addresses), PYTHONDONTWRITEBYTECODE: '1' };
  const results = sdk.environment === 'node' ? await runNode(sdk, env) : await runPython(sdk, env);
  return [await runExample(sdk, addresses), ...results.map((result) => toFact(sdk.id, result))];
}

/** The example of the documentation as it is written there, but for the port of this run. */
async function runExample(sdk: Sdk, addresses: StageAddresses): Promise<Fact> {
  const path = examplePath(sdk);
  const text = await readFile(path, 'utf8');
  const folder = join(nodeFolder, 'examples');
  await mkdir(folder, { recursive: true });
  const copy = join(folder, `${sdk.id}.${path.split('.').at(-1)}`);
  await writeFile(copy, text.replace(documentedUrl, addresses.main));
  const program = sdk.environment === 'node' ? process.execPath : pythonOf(sdk.environment);
  const { code, stdout, stderr } = await runCommand(program, [copy], { timeout: suiteTimeoutMs });
  // The answers of the simulator are known; Anthropic's libraries are told that their path is not served.
  const expected =
    sdk.file === 'anthropic' ? /nothing is served at/ : /You can reach our support team at \[EMAIL\]/;
  const hasPassed = text.includes(documentedUrl) && code === 0 && expected.test(stdout);
  return toFact(sdk.id, {
    name: 'example: only the base URL is set, and the answer is redacted',
    outcome: hasPassed ? 'passed' : 'failed',
    detail: `ended with ${code}\n${stdout}\n${stderr}`,
  });
}

async function runNode(sdk: Sdk, env: NodeJS.ProcessEnv): Promise<readonly RawResult[]> {
  const results: RawResult[] = [];
  const files = globSync(join(here, 'node', `${sdk.file}.*.sdk.ts`)).toSorted();
  const stream = run({ files, timeout: testTimeoutMs, env });
  stream.on('test:pass', ({ name, skip, details: { type } }) => {
    if (type === 'suite') return;
    results.push(
      skip === undefined
        ? { name, outcome: 'passed' }
        : { name, outcome: 'skipped', detail: typeof skip === 'string' ? skip : '' },
    );
  });
  stream.on('test:fail', ({ name, details }) => {
    const { error } = details;
    const cause =
      error.cause instanceof Error ? (error.cause.stack ?? error.cause.message) : String(error.cause);
    results.push({ name, outcome: 'failed', detail: `${error.message}\n${cause}` });
  });
  for await (const _ of stream);
  return results;
}

async function runPython(sdk: Sdk, env: NodeJS.ProcessEnv): Promise<readonly RawResult[]> {
  const runner = join(here, 'python', 'run_suite.py');
  const { code, stdout, stderr } = await runCommand(pythonOf(sdk.environment), [runner, sdk.file], {
    env,
    timeout: suiteTimeoutMs,
  });
  const results = stdout
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => readResult(line));
  if (code === 0) return results;
  return [...results, { name: sdk.file, outcome: 'failed', detail: `ended with ${code}\n${stderr}` }];
}

function readResult(line: string): RawResult {
  const value: unknown = JSON.parse(line);
  if (!isResult(value)) throw new Error(`no result: ${line}`);
  return value;
}

function isResult(value: unknown): value is RawResult {
  return typeof value === 'object' && value !== null && 'name' in value && 'outcome' in value;
}
