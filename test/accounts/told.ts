import { z } from 'zod';
import { type Book, type Counts, Tally } from './books.ts';
import { accountsOf, type CallFacts } from './call-facts.ts';

const line = z.looseObject({
  request_id: z.string(),
  endpoint: z.string(),
  status: z.number(),
  verdict: z.string(),
  code: z.string().default(''),
  stream: z.boolean(),
  aborted: z.string().default(''),
  input_tokens: z.number().optional(),
  output_tokens: z.number().optional(),
  tokens_estimated: z.boolean().default(false),
  cost_nano_usd: z.number().optional(),
  request_bytes: z.number(),
  reply_bytes: z.number(),
  uninspected: z.array(z.string()).default([]),
  /** The target that answered: `upstream` in log lines, `target` in records. */
  upstream: z.string().optional(),
  target: z.string().optional(),
});

const record = line.extend({
  attempts: z.array(z.strictObject({ target: z.string(), outcome: z.string(), result: z.unknown() })),
  policies: z.array(z.strictObject({ policy: z.string(), result: z.string() })),
});

type Line = z.infer<typeof line>;

function factsOf(of: Line, target: string | undefined): CallFacts {
  const { input_tokens: input, output_tokens: output } = of;
  return {
    id: of.request_id,
    endpoint: of.endpoint,
    status: of.status,
    verdict: of.verdict,
    code: of.code,
    target: target ?? 'none',
    stream: of.stream,
    aborted: of.aborted,
    tokens:
      input === undefined || output === undefined
        ? undefined
        : { input, output, estimated: of.tokens_estimated },
    nanoUsd: of.cost_nano_usd,
    requestBytes: of.request_bytes,
    replyBytes: of.reply_bytes,
    uninspected: of.uninspected,
  };
}

export interface Told extends Book {
  readonly calls: readonly CallFacts[];
}

function parsed(stdout: string): readonly Readonly<Record<string, unknown>>[] {
  return stdout
    .split('\n')
    .filter((text) => text !== '')
    .map((text) => z.record(z.string(), z.unknown()).parse(JSON.parse(text)));
}

const reloadMessages: Readonly<Record<string, string>> = {
  'configuration applied': 'applied',
  'configuration rejected; what runs stays as it is': 'rejected',
};

/** What the log says. */
export function logBook(stdout: string): Told {
  const lines = parsed(stdout);
  const calls = lines
    .filter(({ message }) => message === 'call')
    .map((each) => line.parse(each))
    .map((each) => factsOf(each, each.upstream));
  const reloads = new Tally();
  for (const { message } of lines) {
    const result = reloadMessages[String(message)];
    if (result !== undefined) reloads.add(result);
  }
  return { name: 'log', calls, accounts: { ...accountsOf(calls), reloads: reloads.counts } };
}

const reloadKinds: Readonly<Record<string, string>> = { reload: 'applied', config_rejected: 'rejected' };

/** What the audit records say. */
export function auditBook(stdout: string): Told {
  const all = parsed(stdout).filter((each) => 'seq' in each);
  const records = all.filter(({ kind }) => kind === 'exchange').map((each) => record.parse(each));
  const calls = records.map((each) => factsOf(each, each.target));
  const [attempts, evaluations, reloads] = [new Tally(), new Tally(), new Tally()];
  for (const each of records) {
    for (const { target, outcome } of each.attempts) attempts.add(`${target} ${outcome}`);
    for (const { policy, result } of each.policies) evaluations.add(`${policy} ${result}`);
  }
  for (const { kind } of all) {
    const result = reloadKinds[String(kind)];
    if (result !== undefined) reloads.add(result);
  }
  const own: Readonly<Record<'attempts' | 'evaluations' | 'reloads', Counts>> = {
    attempts: attempts.counts,
    evaluations: evaluations.counts,
    reloads: reloads.counts,
  };
  return { name: 'audit records', calls, accounts: { ...accountsOf(calls), ...own } };
}
