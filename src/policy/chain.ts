import type { CommonSettings } from '../config/config.ts';
import { GatewayError } from '../errors.ts';
import { type Denial, type Evidence, type Place, wholeVerdict } from './evidence.ts';
import type { FieldGuards } from './field-guards.ts';
import type { Guard } from './guard.ts';
import { insideJson } from './guards/json-text.ts';
import { pipe } from './guards/pipe.ts';
import { restoring } from './guards/restore.ts';
import { enforceWhole } from './guards/whole.ts';
import type { CallText, Direction, Field, Policy, Role, TextForm, Verdict } from './policy.ts';
import { SupervisedGuard } from './supervise.ts';

/** One policy of a compiled chain, with the keys that all kinds share. */
export interface ChainedPolicy {
  readonly policy: Policy;
  readonly isShadow: boolean;
  /** `on_error: allow`: a failure lets the text pass. */
  readonly isLenient: boolean;
  readonly roles: ReadonlySet<Role>;
  readonly directions: ReadonlySet<Direction>;
  /** Whether it has anything to say about calls. */
  readonly judgesCalls: boolean;
}

/** One text of a call with its place in the body. */
export interface PlacedText extends CallText {
  readonly form: TextForm;
  readonly path: () => string;
}

const nowhere = (): string => '';

export type Screened =
  | { readonly kind: 'pass'; readonly texts: readonly string[]; readonly isRewritten: boolean }
  | Denial;

export function chainPolicy(policy: Policy, common: CommonSettings): ChainedPolicy {
  return {
    policy,
    isShadow: common.enforcement === 'shadow',
    isLenient: common.onError === 'allow',
    roles: new Set(common.appliesTo.roles),
    directions: new Set(common.appliesTo.directions),
    judgesCalls:
      common.appliesTo.directions.includes('request') &&
      (policy.judgeCall !== undefined || policy.guard !== undefined),
  };
}

type Texts = readonly PlacedText[];

/** The texts after one policy, the very same array where nothing changed, or undefined where it denied. */
type Passed = Texts | undefined;

/**
 * Runs a call through the chain, in order; each policy sees the texts as earlier ones left them. A deny ends it. Only a
 * policy that waits makes a promise: a chain of embedded ones is through within this very call (4 us less, measured).
 */
export function screenCall(
  chain: readonly ChainedPolicy[],
  texts: Texts,
  evidence: Evidence,
): Screened | Promise<Screened> {
  const passed = screenFrom(chain, 0, texts, evidence);
  if (passed instanceof Promise) return passed.then((last) => screened(texts, last, evidence));
  return screened(texts, passed, evidence);
}

function screened(texts: Texts, passed: Passed, evidence: Evidence): Screened {
  if (evidence.denial !== undefined) return evidence.denial;
  if (passed === undefined || passed === texts) return { kind: 'pass', texts: [], isRewritten: false };
  return { kind: 'pass', texts: passed.map((one) => one.text), isRewritten: true };
}

function screenFrom(
  chain: readonly ChainedPolicy[],
  from: number,
  texts: Texts,
  evidence: Evidence,
): Passed | Promise<Passed> {
  let current = texts;
  for (let at = from; at < chain.length; at += 1) {
    const link = chain[at];
    if (link === undefined || !link.judgesCalls) continue;
    const next = screenTimed(link, current, evidence);
    if (next instanceof Promise) {
      return next.then((passed) =>
        passed === undefined ? undefined : screenFrom(chain, at + 1, passed, evidence),
      );
    }
    if (next === undefined) return undefined;
    current = next;
  }
  return current;
}

function screenTimed(link: ChainedPolicy, texts: Texts, evidence: Evidence): Passed | Promise<Passed> {
  const startedAt = evidence.now();
  const { findings, failures } = evidence;
  const { kind } = link.policy;
  const done = (next: Passed): Passed => {
    const result =
      evidence.failures > failures ? 'failed' : resultOf(next, texts, evidence.findings > findings);
    evidence.evaluated(kind, next === undefined ? 'deny' : result, startedAt);
    return next;
  };
  const stopped = (error: unknown): never => {
    evidence.evaluated(kind, 'failed', startedAt);
    throw error;
  };
  try {
    const next = screenOne(link, texts, evidence);
    return next instanceof Promise ? next.then(done, stopped) : done(next);
  } catch (error) {
    return stopped(error);
  }
}

function resultOf(next: Passed, before: Texts, hasFound: boolean) {
  if (next !== before) return 'rewrite';
  return hasFound ? 'flag' : 'allow';
}

function screenOne(link: ChainedPolicy, texts: Texts, evidence: Evidence): Passed | Promise<Passed> {
  const guarded = (judged: Passed): Passed => {
    if (judged === undefined || link.policy.guard === undefined) return judged;
    return guardTexts(link, judged, evidence);
  };
  if (link.policy.judgeCall === undefined) return guarded(texts);
  const judged = judge(link, texts, evidence);
  return judged instanceof Promise ? judged.then(guarded) : guarded(judged);
}

function judge(link: ChainedPolicy, texts: Texts, evidence: Evidence): Passed | Promise<Passed> {
  const admitted = texts.filter((text) => link.roles.has(text.role));
  if (admitted.length === 0) return texts;
  const place = {
    policy: link.policy.kind,
    direction: 'request',
    path: nowhere,
    isShadow: link.isShadow,
  } as const;
  const act = (verdict: Verdict | undefined): Passed =>
    actOn(verdict, { link, place, texts, admitted }, evidence);
  const fail = (cause: unknown): Passed =>
    actOn(failed(link, place, evidence, cause), { link, place, texts, admitted }, evidence);
  let asked: Verdict | Promise<Verdict> | undefined;
  try {
    asked = link.policy.judgeCall?.(admitted);
    if (!(asked instanceof Promise)) asked = checked(asked, admitted);
  } catch (cause) {
    return fail(cause);
  }
  if (asked instanceof Promise) return asked.then((verdict) => checked(verdict, admitted)).then(act, fail);
  return act(asked);
}

/** Texts that nobody wrote cannot be told from texts that may pass as they are. */
function checked(verdict: Verdict | undefined, texts: Texts): Verdict | undefined {
  if (verdict?.kind === 'rewrite' && verdict.texts.length !== texts.length) {
    throw new Error(`${verdict.texts.length} texts came back for ${texts.length}`);
  }
  return verdict;
}

interface Judged {
  readonly link: ChainedPolicy;
  readonly place: Place;
  readonly texts: Texts;
  readonly admitted: Texts;
}

function actOn(
  verdict: Verdict | undefined,
  { link, place, texts, admitted }: Judged,
  evidence: Evidence,
): Passed {
  if (verdict === undefined) return texts;
  const next = verdict.kind === 'rewrite' ? rewritten(texts, admitted, verdict.texts) : texts;
  const act = actOf(verdict, next !== texts);
  if (act !== 'flag' && verdict.findings.length === 0) evidence.find(place, act, wholeVerdict);
  for (const finding of verdict.findings) {
    evidence.find({ ...place, path: admitted[finding.text]?.path ?? nowhere }, act, finding);
  }
  if (link.isShadow) return texts;
  if (verdict.kind !== 'deny') return next;
  evidence.deny(place, verdict.message);
  return undefined;
}

function actOf({ kind }: Verdict, isChanged: boolean): 'flag' | 'rewrite' | 'deny' {
  if (kind === 'deny') return kind;
  return isChanged ? 'rewrite' : 'flag';
}

/** Stops the exchange, unless the policy's `on_error` lets the text pass. */
function failed(link: ChainedPolicy, place: Place, evidence: Evidence, cause: unknown): undefined {
  evidence.fail(place);
  if (link.isLenient || link.isShadow) return undefined;
  throw new GatewayError('policy_failed', `policy "${link.policy.kind}" failed`, { cause });
}

/** The texts with what the policy made of those it saw; the very same array where it changed none. */
function rewritten(texts: readonly PlacedText[], admitted: readonly PlacedText[], next: readonly string[]) {
  if (admitted.every((one, at) => one.text === next[at])) return texts;
  const changed = new Map(admitted.map((one, at) => [one, next[at] ?? one.text]));
  return texts.map((one) => ({ ...one, text: changed.get(one) ?? one.text }));
}

function guardTexts(link: ChainedPolicy, texts: readonly PlacedText[], evidence: Evidence) {
  let next: PlacedText[] | undefined;
  for (let at = 0; at < texts.length; at += 1) {
    const one = texts[at];
    if (one === undefined || one.text === '') continue;
    const whole = decodedAlready(one.text, one.form);
    const field = { direction: 'request', role: one.role, path: one.path, whole } as const;
    const guard = openGuard(link, field, evidence);
    if (guard === undefined) continue;
    const text = enforceText(formed(guard, one.form), one.text, evidence);
    if (text === undefined) return undefined;
    if (text === one.text) continue;
    next ??= [...texts];
    next[at] = { ...one, text };
  }
  return next ?? texts;
}

/** The answer side of the chain for one exchange. */
export function answerGuards(chain: readonly ChainedPolicy[], evidence: Evidence): FieldGuards {
  const compose = (role: Role, path: string, form: TextForm, text?: string): Guard | undefined => {
    const at = (): string => path;
    let composed: Guard | undefined;
    for (const link of chain) {
      // Behind a guard the text may be another.
      const whole = composed === undefined ? text : undefined;
      const guard = openGuard(link, { direction: 'answer', role, path: at, whole }, evidence);
      if (guard !== undefined) composed = composed === undefined ? guard : pipe(composed, guard);
    }
    // Last, so that no policy sees, and no other provider gets, what the call kept back.
    if (evidence.keepsValues) {
      const restored = restoring(evidence.placeholders);
      composed = composed === undefined ? restored : pipe(composed, restored);
    }
    return composed === undefined ? undefined : formed(composed, form);
  };
  const whole = (role: Role, path: string, text: string, form: TextForm): string | undefined => {
    const guard = compose(role, path, form, decodedAlready(text, form));
    return guard === undefined ? text : enforceText(guard, text, evidence);
  };
  return { open: (role, path, form) => compose(role, path, form), whole };
}

/** Whether any policy of the chain may look at answers. */
export function judgesAnswers(chain: readonly ChainedPolicy[]): boolean {
  return chain.some(
    ({ policy, directions }) =>
      policy.guard !== undefined && (directions.has('answer') || policy.keepsPlaceholders === true),
  );
}

interface PlacedField extends Field {
  readonly path: () => string;
  /** All of its text, where that is known and has been through no guard. */
  readonly whole: string | undefined;
}

/** A guard, or undefined where this policy has nothing to say. */
function openGuard(link: ChainedPolicy, field: PlacedField, evidence: Evidence): Guard | undefined {
  const { policy, isLenient } = link;
  const { direction, role, whole } = field;
  if (policy.guard === undefined) return undefined;
  if (!link.directions.has(direction) || !link.roles.has(role)) return undefined;
  const timing = direction === 'answer' ? evidence.asked(policy.kind) : undefined;
  try {
    if (whole !== undefined && policy.isClear?.(field, whole) === true) return undefined;
    const guard = policy.guard(field, evidence);
    return guard === undefined
      ? undefined
      : new SupervisedGuard(guard, placeOf(link, field), evidence, { isLenient, timing });
  } catch (cause) {
    return failed(link, placeOf(link, field), evidence, cause);
  }
}

function formed(guard: Guard, form: TextForm): Guard {
  return form === 'json' ? insideJson(guard) : guard;
}

/** The text as a guard would see it, where that takes no decoding. */
function decodedAlready(text: string, form: TextForm): string | undefined {
  return form === 'json' && text.includes('\\') ? undefined : text;
}

function placeOf({ policy, isShadow }: ChainedPolicy, { direction, path }: PlacedField): Place {
  return { policy: policy.kind, direction, path, isShadow };
}

function enforceText(guard: Guard, text: string, evidence: Evidence): string | undefined {
  const enforced = enforceWhole(guard, text);
  return evidence.denial === undefined ? enforced.text : undefined;
}
