import { type Counts, type Subject, Tally } from './books.ts';

export interface AttemptFacts {
  readonly target: string;
  readonly outcome: 'success' | 'failure' | 'void';
}

/** What is known of one call, whoever tells it. */
export interface CallFacts {
  readonly id: string;
  readonly endpoint: string;
  readonly status: number;
  readonly verdict: string;
  /** Empty: none. */
  readonly code: string;
  /** `none`: no target answered. */
  readonly target: string;
  readonly stream: boolean;
  /** Empty: it came to its end. */
  readonly aborted: string;
  readonly tokens:
    | { readonly input: number; readonly output: number; readonly estimated: boolean }
    | undefined;
  readonly nanoUsd: number | undefined;
  readonly requestBytes: number;
  readonly replyBytes: number;
  readonly uninspected: readonly string[];
}

/** The same facts as one text: two accounts of a call are compared by it. */
export function factsText(facts: CallFacts): string {
  const { tokens, uninspected } = facts;
  const counted =
    tokens === undefined ? '-' : `${tokens.input}+${tokens.output}${tokens.estimated ? '~' : ''}`;
  return [
    facts.endpoint,
    facts.status,
    facts.verdict,
    facts.code,
    facts.target,
    facts.stream ? 'stream' : 'whole',
    facts.aborted,
    `tokens ${counted}`,
    `nanos ${facts.nanoUsd ?? '-'}`,
    `bytes ${facts.requestBytes}/${facts.replyBytes}`,
    uninspected.join(','),
  ].join(' | ');
}

type FactSubject = Extract<
  Subject,
  | 'calls'
  | 'statuses'
  | 'aborted streams'
  | 'tokens'
  | 'nano-dollars'
  | 'unpriced'
  | 'usage missing'
  | 'bytes'
  | 'uninspected'
>;

/** The accounts that follow from what is known call by call. */
export function accountsOf(all: readonly CallFacts[]): Readonly<Record<FactSubject, Counts>> {
  const tallies = {
    calls: new Tally(),
    statuses: new Tally(),
    'aborted streams': new Tally(),
    tokens: new Tally(),
    'nano-dollars': new Tally(),
    unpriced: new Tally(),
    'usage missing': new Tally(),
    bytes: new Tally(),
    uninspected: new Tally(),
  };
  for (const facts of all) {
    const { endpoint, status, verdict, code, target, aborted, tokens } = facts;
    tallies.calls.add(`${endpoint} ${status} ${verdict} ${code} ${target}`);
    tallies.statuses.add(`${status} ${verdict}`);
    if (facts.stream && aborted !== '') tallies['aborted streams'].add(aborted);
    if (tokens !== undefined) {
      tallies.tokens.add(`${target} input`, tokens.input);
      tallies.tokens.add(`${target} output`, tokens.output);
      if (facts.nanoUsd === undefined) tallies.unpriced.add(target);
    }
    tallies['nano-dollars'].add(target, facts.nanoUsd ?? 0);
    const isComplete = target !== 'none' && status < 300 && aborted === '' && code === '';
    if (isComplete && tokens?.estimated !== false) tallies['usage missing'].add(target);
    tallies.bytes.add('request', facts.requestBytes);
    tallies.bytes.add('reply', facts.replyBytes);
    for (const part of facts.uninspected) tallies.uninspected.add(part);
  }
  return {
    calls: tallies.calls.counts,
    statuses: tallies.statuses.counts,
    'aborted streams': tallies['aborted streams'].counts,
    tokens: tallies.tokens.counts,
    'nano-dollars': tallies['nano-dollars'].counts,
    unpriced: tallies.unpriced.counts,
    'usage missing': tallies['usage missing'].counts,
    bytes: tallies.bytes.counts,
    uninspected: tallies.uninspected.counts,
  };
}
