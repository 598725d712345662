import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { load } from '../src/config/load.ts';
import { screenCall } from '../src/policy/chain.ts';
import { Evidence } from '../src/policy/evidence.ts';
import { fingerprintWith } from '../src/policy/fingerprint.ts';
import { policyKinds } from '../src/policy/kinds.ts';
import { compile, type Snapshot } from '../src/runtime/snapshot.ts';
import { TargetStates } from '../src/upstream/target-states.ts';
import { run } from '../src/work.ts';
import { gatewayConfig, unstoppedChain } from './gateway-config.ts';
import { guardTimings, mostGuardedBytes, promptTexts, proseText } from './prompts.ts';
import { spread } from './statistics.ts';

// Times the compiled chain over prompts, and its guard against personal data alone over prose, in a process of its own. Arguments: least milliseconds for one text of one size,
// then the sizes in bytes. One JSON line for each text and size as soon as it is known: whoever waits may lose patience.

const [leastMs = 0, ...sizes] = z.array(z.coerce.number()).parse(process.argv.slice(2));
const leastBatches = 3;
const warmUpBytes = 10_240;
const fewBatchesAboveMs = 2000;
// CPU time comes in microseconds, and a small prompt takes a few of them.
const leastBatchUs = 2000;

const fingerprint = fingerprintWith(randomBytes(32));

function compiled(): Snapshot {
  const loaded = load({
    content: gatewayConfig(unstoppedChain, 'http://127.0.0.1:9'),
    kinds: policyKinds,

    secrets: () => undefined,
    options: { simulateMissingKeys: false, failMode: 'block' },
  });
  if (!loaded.ok) throw new Error(loaded.issues.map(({ message }) => message).join('; '));
  const states = new TargetStates();
  return compile({
    config: loaded.config,
    hash: '',
    generation: 1,
    kinds: policyKinds,
    previous: undefined,
    stateOf: (spec) => states.stateOf(spec),
  });
}

async function screen({ chain }: Snapshot, text: string): Promise<void> {
  const texts = [{ role: 'user', form: 'plain', text, path: () => 'messages[0].content' }] as const;
  const evidence = new Evidence(fingerprint, () => performance.now());
  const screened = await run(screenCall(chain, texts, evidence), evidence);
  if (screened.kind === 'deny') throw new Error('the chain was meant to take note only, and denied');
}

const answer = { direction: 'answer', role: 'assistant' } as const;
const nowhere = { release() {}, edit() {}, report() {}, deny() {} };

/** Guards an answer that comes in these pieces against personal data, and does nothing else. */
function guardPieces({ chain }: Snapshot, pieces: readonly string[]): void {
  const pii = chain.find(({ policy }) => policy.kind === 'pii-detector');
  const guard = pii?.policy.guard?.(answer, new Evidence(fingerprint, () => performance.now()));
  if (guard === undefined) throw new Error('the chain has no guard against personal data');
  for (const piece of pieces) guard.push(piece, nowhere);
  guard.end(nowhere);
}

function inPieces(text: string, size: number): readonly string[] {
  return Array.from({ length: Math.ceil(text.length / size) }, (_, at) =>
    Buffer.from(text.slice(at * size, (at + 1) * size)).toString(),
  );
}

type Work = () => Promise<void> | void;

/** CPU microseconds of doing it once: who else is at work on the machine hardly matters to them. */
async function timeBatch(work: Work, size: number): Promise<number> {
  const before = process.cpuUsage();
  for (let done = 0; done < size; done += 1) await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / size;
}

async function time(work: Work, budgetMs: number): Promise<number> {
  const once = await timeBatch(work, 1);
  const size = Math.max(1, Math.ceil(leastBatchUs / Math.max(1, once)));
  const samples: number[] = [];
  const startedAt = performance.now();
  for (;;) {
    samples.push(await timeBatch(work, size));
    const ms = performance.now() - startedAt;
    const isEnough = ms >= budgetMs && samples.length >= leastBatches;
    if (isEnough || ms > fewBatchesAboveMs) return spread(samples).median;
  }
}

interface Timed {
  readonly name: string;
  /** As asked for: the text may have a few fewer. */
  readonly bytes: number;
}

function report({ name, bytes }: Timed, text: string, us: number): void {
  const usPerKb = (us * 1024) / Buffer.byteLength(text);
  process.stdout.write(`${JSON.stringify({ name, bytes, usPerKb })}\n`);
}

const snapshot = compiled();
for (const prompt of promptTexts) {
  const { name } = prompt;
  const work = (text: string) => () => screen(snapshot, text);
  await time(work(prompt.make(warmUpBytes)), leastMs * 2); // warms up on this very text
  for (const bytes of sizes) {
    const text = prompt.make(bytes);
    report({ name, bytes }, text, await time(work(text), leastMs));
  }
}
for (const { name, pieceUnits } of guardTimings) {
  const work = (text: string) => {
    const pieces = pieceUnits === undefined ? [text] : inPieces(text, pieceUnits);
    return () => guardPieces(snapshot, pieces);
  };
  await time(work(proseText.make(warmUpBytes)), leastMs * 10);
  for (const bytes of sizes.filter((size) => size <= mostGuardedBytes)) {
    const text = proseText.make(bytes);
    report({ name, bytes }, text, await time(work(text), leastMs));
  }
}
