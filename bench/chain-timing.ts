import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { load } from '../src/config/load.ts';
import { screenCall } from '../src/policy/chain.ts';
import { Evidence } from '../src/policy/evidence.ts';
import { fingerprintWith } from '../src/policy/fingerprint.ts';
import { policyKinds } from '../src/policy/kinds.ts';
import { compile, type Snapshot } from '../src/runtime/snapshot.ts';
import { TargetStates } from '../src/upstream/target-states.ts';
import { gatewayConfig, unstoppedChain } from './gateway-config.ts';
import { promptTexts } from './prompts.ts';
import { spread } from './statistics.ts';

// Times the compiled chain over prompts, in a process of its own. Arguments: least milliseconds for one text of one size,
// then the sizes in bytes. One JSON line for each text and size as soon as it is known: whoever waits may lose patience.

const [leastMs = 0, ...sizes] = z.array(z.coerce.number()).parse(process.argv.slice(2));
const leastBatches = 3;
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
  const screened = await screenCall(chain, texts, new Evidence(fingerprint, () => performance.now()));
  if (screened.kind === 'deny') throw new Error('the chain was meant to take note only, and denied');
}

/** CPU microseconds of one screening: who else is at work on the machine hardly matters to them. */
async function timeBatch(snapshot: Snapshot, text: string, size: number): Promise<number> {
  const before = process.cpuUsage();
  for (let done = 0; done < size; done += 1) await screen(snapshot, text);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / size;
}

async function time(snapshot: Snapshot, text: string, budgetMs: number): Promise<number> {
  const once = await timeBatch(snapshot, text, 1);
  const size = Math.max(1, Math.ceil(leastBatchUs / Math.max(1, once)));
  const samples: number[] = [];
  const startedAt = performance.now();
  for (;;) {
    samples.push(await timeBatch(snapshot, text, size));
    const ms = performance.now() - startedAt;
    const isEnough = ms >= budgetMs && samples.length >= leastBatches;
    if (isEnough || ms > fewBatchesAboveMs) return spread(samples).median;
  }
}

const snapshot = compiled();
for (const prompt of promptTexts) {
  const { name } = prompt;
  await time(snapshot, prompt.make(10_240), leastMs * 2); // warms up on this very text
  for (const bytes of sizes) {
    const text = prompt.make(bytes);
    const us = await time(snapshot, text, leastMs);
    process.stdout.write(
      `${JSON.stringify({ name, bytes, usPerKb: (us * 1024) / Buffer.byteLength(text) })}\n`,
    );
  }
}
