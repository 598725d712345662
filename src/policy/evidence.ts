import { type PolicyEvaluation, strongerResult } from '../record/finished-exchange.ts';
import type { FinishedQuestion } from '../record/finished-question.ts';
import type { Decision, DecisionResult } from '../record/decision.ts';
import type { Pace } from '../work.ts';
import type { Finding } from './guard.ts';
import { Placeholders } from './placeholders.ts';
import type { Direction, Occasion } from './policy.ts';
import type { QuestionTrace } from './question.ts';
import { Timing } from './timing.ts';

/** A policy's no. An ordinary value: it becomes the refusal, or the error event that ends a stream. */
export interface Denial {
  readonly kind: 'deny';
  readonly policy: string;
  readonly message: string;
  readonly direction: Direction;
}

/** Where a finding was made. */
export interface Place {
  readonly policy: string;
  readonly direction: Direction;
  /** Written out only for evidence. */
  readonly path: () => string;
  readonly isShadow: boolean;
}

/** The path of what has no place of its own. */
export const nowhere = (): string => '';

/** HMAC-SHA-256 of a matched text under the per-install key, hex. */
export type Fingerprint = (text: string) => string;

/** The client's headers, by their names in lower case. */
type Headers = Readonly<Record<string, string | readonly string[] | undefined>>;

type Act = 'flag' | 'rewrite' | 'deny';

type Result = PolicyEvaluation['result'];

const shadowed = { flag: 'shadow_flag', rewrite: 'shadow_rewrite', deny: 'shadow_deny' } as const;

// One exchange keeps this much evidence; beyond it only the counts go on.
const maxDecisions = 256;
const maxQuestions = 32;

const none: ReadonlySet<string> = new Set();

const quotedKey = /\["(?:[^"\\]|\\.)*"\]/g;

/** Keys that are no names of an API may be values themselves: no record holds them. */
function recordedPath({ path }: Place): string {
  return path().replaceAll(quotedKey, '.*');
}

/** Stands for what a policy did without naming a match. */
export const wholeVerdict: Finding = { rule: 'verdict', start: 0, end: 0, sample: '' };

/** What one policy made of an answer, and the time it took for it. */
class Answering {
  result: Result = 'allow';
  readonly timing = new Timing();
}

/** What an exchange has for policies that wait; asked for only by these. */
export interface Waiting {
  signal(): AbortSignal;
  traceQuestion(): QuestionTrace;
  /** Resolves when long work may go on. */
  turn(): Promise<void>;
}

/** Of an exchange that nothing ends and nobody traces. */
export const nobodyWaits: Waiting = {
  signal: () => new AbortController().signal,
  traceQuestion: () => ({ spanId: undefined, headers: [] }),
  turn: () => Promise.resolve(),
};

/** What the policies found and did in one exchange. */
export class Evidence implements Occasion, Pace {
  readonly decisions: Decision[] = [];
  /** When each of the decisions was made. */
  readonly decidedAt: number[] = [];
  /** When a policy was through with the call, one for each evaluation of it. */
  readonly screenedAt: number[] = [];
  denial: Denial | undefined;
  /** Findings in all, also those beyond what is kept. */
  findings = 0;
  /** Failures in all. */
  failures = 0;
  /** Time that policies further down took within the timed run of another; undefined outside of one. */
  nestedMs: number | undefined;
  #acted: Set<string> | undefined;
  readonly #screened: PolicyEvaluation[] = [];
  #answered: Map<string, Answering> | undefined;
  #placeholders: Placeholders | undefined;
  #questions: FinishedQuestion[] | undefined;
  readonly fingerprint: Fingerprint;
  readonly now: () => number;
  readonly #headers: Headers;
  readonly #waiting: Waiting;
  /** Time in which others had their turn: it is no policy's own. */
  #turnsMs = 0;

  constructor(
    fingerprint: Fingerprint,
    now: () => number,
    headers: Headers = {},
    waiting: Waiting = nobodyWaits,
  ) {
    this.fingerprint = fingerprint;
    this.now = now;
    this.#headers = headers;
    this.#waiting = waiting;
  }

  /** For a repetition of what is on record already: it knows the same, and what is noted in it is forgotten. */
  unrecorded(): Evidence {
    const other = new Evidence(this.fingerprint, this.now, this.#headers, this.#waiting);
    other.#placeholders = this.placeholders;
    return other;
  }

  get signal(): AbortSignal {
    return this.#waiting.signal();
  }

  traceQuestion(): QuestionTrace {
    return this.#waiting.traceQuestion();
  }

  /** Questions to advisers that are part of a trace. */
  get questions(): readonly FinishedQuestion[] {
    return this.#questions ?? [];
  }

  questioned(question: FinishedQuestion): void {
    this.#questions ??= [];
    if (question.spanId !== undefined && this.#questions.length < maxQuestions)
      this.#questions.push(question);
  }

  async turn(): Promise<void> {
    const from = this.now();
    await this.#waiting.turn();
    this.#turnsMs += this.now() - from;
  }

  /** A clock that stands still while others have their turn. */
  workingNow(): number {
    return this.now() - this.#turnsMs;
  }

  get placeholders(): Placeholders {
    return (this.#placeholders ??= new Placeholders());
  }

  /** Whether the call left values behind that its answer gets back. */
  get keepsValues(): boolean {
    return this.#placeholders?.isEmpty === false;
  }

  header(name: string): string | undefined {
    const value = this.#headers[name];
    return typeof value === 'string' ? value : value?.join(', ');
  }

  /** Kinds that acted so far: they rewrote or denied, and not in shadow. */
  get acted(): ReadonlySet<string> {
    return this.#acted ?? none;
  }

  /** One entry per policy and direction that was asked. */
  get evaluations(): readonly PolicyEvaluation[] {
    if (this.#answered === undefined) return this.#screened;
    const all = [...this.#screened];
    for (const [policy, { result, timing }] of this.#answered)
      all.push({ policy, result, durationMs: timing.durationMs });
    return all;
  }

  find(place: Place, act: Act, finding: Finding): void {
    this.findings += 1;
    if (!place.isShadow && act !== 'flag') (this.#acted ??= new Set()).add(place.policy);
    this.#raise(place, place.isShadow ? 'flag' : act);
    if (this.decisions.length >= maxDecisions) return;
    const result: DecisionResult = place.isShadow ? shadowed[act] : act;
    const { rule, start, end, sample, score } = finding;
    const { policy, direction } = place;
    const path = recordedPath(place);
    const decision = { policy, result, direction, rule, path, start, end, digest: this.fingerprint(sample) };
    this.#decide(score === undefined ? decision : { ...decision, score });
  }

  /** The verdict that stands: the first. */
  deny(place: Place, message: string): Denial {
    (this.#acted ??= new Set()).add(place.policy);
    this.#raise(place, 'deny');
    this.denial ??= { kind: 'deny', policy: place.policy, message, direction: place.direction };
    return this.denial;
  }

  /** A policy broke. Whether that blocks is its `on_error`. */
  fail(place: Place): void {
    this.failures += 1;
    this.#raise(place, 'failed');
    if (this.decisions.length >= maxDecisions) return;
    const { policy, direction } = place;
    const at = { path: recordedPath(place), start: 0, end: 0, digest: '' };
    this.#decide({ policy, result: 'failed', direction, rule: 'error', ...at });
  }

  /** A policy is asked about the answer; what it makes of it may follow. The time it takes is noted in what this gives. */
  asked(policy: string): Timing {
    return this.#answering(policy).timing;
  }

  /** What a policy made of the call. `startedAt` is by `workingNow`. */
  evaluated(policy: string, result: Result, startedAt: number): void {
    const now = this.now();
    this.screenedAt.push(now);
    this.#screened.push({ policy, result, durationMs: now - this.#turnsMs - startedAt });
  }

  #decide(decision: Decision): void {
    this.decisions.push(decision);
    this.decidedAt.push(this.now());
  }

  #raise({ policy, direction }: Place, result: Result): void {
    if (direction === 'request') return;
    const answering = this.#answering(policy);
    answering.result = strongerResult(answering.result, result);
  }

  #answering(policy: string): Answering {
    this.#answered ??= new Map();
    const known = this.#answered.get(policy);
    if (known !== undefined) return known;
    const answering = new Answering();
    this.#answered.set(policy, answering);
    return answering;
  }
}
