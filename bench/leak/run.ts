import { rmSync } from 'node:fs';
import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { buildIfStale } from '../../scripts/build.ts';
import { ask, type Door } from './client.ts';
import { callFor, plainAnswer } from './journey.ts';
import { places } from './cases.ts';
import { type Options, readOptions, usage } from './options.ts';
import { toMarkdown } from './report.ts';
import { ScriptedUpstream } from './scripted-upstream.ts';
import { availablePeers, missingPeers, startSubject, type SubjectName } from './subjects.ts';
import { examine, type Findings, isClean } from './suite.ts';

// `npm run leak`: exit code 0 where nothing leaked, 1 where something did or a gateway could not be examined, 2 for a misuse.
// With --peers the leaks of others are findings, not failures.

const say = (text: string): void => void process.stderr.write(`${text}\n`);

function optionsOrExit(): Options {
  try {
    return readOptions(process.argv.slice(2));
  } catch (error) {
    say(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`);
    process.exit(2);
  }
}

/** Until a plain call through the gateway is answered by the scripted upstream. */
async function untilServed(upstream: ScriptedUpstream, door: Door, waitMs: number): Promise<void> {
  const place = places[0];
  if (place === undefined) return;
  const body = callFor({ ...place, kind: 'answer', body: () => ({}) });
  const startedAt = performance.now();
  let last = 'no answer';
  while (performance.now() - startedAt < waitMs) {
    upstream.answerWith(await plainAnswer(place.path));
    const { status, text } = await ask(door, { path: place.path, body });
    if (status === 200 && upstream.received.length > 0) return;
    last = status === 0 ? 'no answer' : `status ${status}: ${text.slice(0, 300)}`;
    await pause(500);
  }
  throw new Error(`${door.url} passed no call on to ${upstream.origin}; last: ${last}`);
}

async function examineStarted(
  upstream: ScriptedUpstream,
  name: SubjectName,
  options: Options,
): Promise<Findings> {
  const folder = await mkdtemp(join(tmpdir(), 'kt-leak-'));
  try {
    const { title, child, door } = await startSubject(name, { folder, origin: upstream.origin });
    await using _ = child;
    await Promise.race([child.died(), untilServed(upstream, door, 30_000)]);
    say(`${title} …`);
    return await Promise.race([child.died(), examine(upstream, { title, door }, options)]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function examineAll(upstream: ScriptedUpstream, options: Options): Promise<readonly Findings[]> {
  const { subject, waitMs } = options;
  if (subject.kind === 'url') {
    say(
      `The scripted upstream is ${upstream.origin}/v1: it must be the gateway's only provider. Waiting for ${subject.door.url} …`,
    );
    await untilServed(upstream, subject.door, waitMs);
    return [await examine(upstream, { title: new URL(subject.door.url).host, door: subject.door }, options)];
  }
  await buildIfStale();
  const names: readonly SubjectName[] =
    subject.kind === 'self' ? ['kt-sidecar'] : ['kt-sidecar', ...availablePeers()];
  const found: Findings[] = [];
  for (const name of names) found.push(await examineStarted(upstream, name, options));
  return found;
}

/** A case a line: a change of one is a change of one line. */
function toJson(found: readonly Findings[]): string {
  return `${JSON.stringify(found).replaceAll('{"group":', '\n{"group":')}\n`;
}

async function save(folder: string, markdown: string, found: readonly Findings[]): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'latest.md'), markdown);
  await writeFile(join(folder, 'latest.json'), toJson(found));
}

function notesOn({ subject, isSmoke }: Options): readonly string[] {
  return [
    `Taken on ${new Date().toISOString().slice(0, 10)} with Node ${process.versions.node}${isSmoke ? ', --smoke' : ''}.`,
    ...(subject.kind === 'url' ? [] : ['Configurations: bench/leak/peers/.']),
    ...(subject.kind === 'peers' ? missingPeers() : []),
  ];
}

const options = optionsOrExit();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(1)); // children end with it
try {
  await using upstream = await ScriptedUpstream.listen(options.listen);
  const found = await examineAll(upstream, options);
  const markdown = toMarkdown(found, notesOn(options));
  process.stdout.write(markdown);
  if (options.jsonFile !== undefined) await writeFile(options.jsonFile, toJson(found));
  const isKept = options.subject.kind === 'peers' && !options.isSmoke && options.only === undefined;
  if (isKept) await save(join(import.meta.dirname, 'results'), markdown, found);
  const judged = options.subject.kind === 'peers' ? found.slice(0, 1) : found;
  if (!judged.every(isClean)) process.exitCode = 1;
} catch (error) {
  say(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
