import { GatewayError } from '../errors.ts';
import { lengthOf, longText, type Work } from '../work.ts';
import { type ChainedPolicy, failed, placeOf } from './chained-policy.ts';
import { type Denial, type Evidence, nowhere, wholeVerdict } from './evidence.ts';
import type { Guard } from './guard.ts';
import { WholeText } from './guards/whole.ts';
import { Inquiry } from './inquiry.ts';
import { decodedAlready, formed, openGuard } from './open-guard.ts';
import type { PlacedText, Verdict } from './policy.ts';
import { withSystemMessage } from './system-message.ts';

export type Screened =
  | { readonly kind: 'pass'; readonly texts: readonly string[]; readonly isRewritten: boolean }
  | Denial;

type Texts = readonly PlacedText[];

/** The texts after one policy, the very same array where nothing changed, or undefined where it denied. */
type Passed = Texts | undefined;

const unchanged: Screened = { kind: 'pass', texts: [], isRewritten: false };

/** Runs a call through the chain, in order; each policy sees the texts as earlier ones left them. A deny ends it. */
export function* screenCall(
  chain: readonly ChainedPolicy[],
  texts: Texts,
  evidence: Evidence,
): Work<Screened> {
  let current = texts;
  for (let at = 0; at < chain.length; at += 1) {
    const link = chain[at];
    if (link?.judgesCalls !== true) continue;
    const { policy } = link;
    const startedAt = evidence.workingNow();
    const { findings, failures } = evidence;
    let passed: Passed = current;
    try {
      if (policy.judgeCall !== undefined) passed = yield* judge(link, passed, evidence);
      if (passed !== undefined && policy.guard !== undefined)
        passed = yield* guardTexts(link, passed, evidence);
      if (passed !== undefined && policy.judgeTexts !== undefined)
        passed = yield* inquire(link, passed, evidence);
      if (passed !== undefined) passed = withSystemMessage(link, passed, evidence);
    } catch (error) {
      const isGivenUp = error instanceof GatewayError && evidence.failures === failures;
      if (!isGivenUp) evidence.evaluated(policy.kind, 'failed', startedAt);
      throw error;
    }
    const hasFailed = evidence.failures > failures;
    const result = resultOf(passed, current, hasFailed, evidence.findings > findings);
    evidence.evaluated(policy.kind, result, startedAt);
    if (passed === undefined) break;
    current = passed;
  }
  if (evidence.denial !== undefined) return evidence.denial;
  if (current === texts) return unchanged;
  return { kind: 'pass', texts: current.map((one) => one.text), isRewritten: true };
}

function resultOf(passed: Passed, texts: Texts, hasFailed: boolean, hasFound: boolean) {
  if (passed === undefined) return 'deny';
  if (hasFailed) return 'failed';
  if (passed !== texts) return 'rewrite';
  return hasFound ? 'flag' : 'allow';
}

/** Asks a policy about all the texts it admits together, and does what it says. */
function* judge(link: ChainedPolicy, texts: Texts, evidence: Evidence): Work<Passed> {
  const admitted = admittedBy(link, texts);
  if (admitted.length === 0) return texts;
  let verdict: Verdict | undefined;
  try {
    const asked = link.policy.judgeCall?.(admitted);
    verdict = checked(asked === undefined || 'kind' in asked ? asked : yield* asked, admitted);
  } catch (cause) {
    evidence.signal.throwIfAborted(); // given up, which is no failure of the policy
    verdict = failed(placeOf(link, 'request'), evidence, cause);
  }
  if (verdict === undefined || (verdict.kind === 'allow' && verdict.findings.length === 0)) return texts;
  return actOn(verdict, link, { texts, admitted }, evidence);
}

function admittedBy({ roles }: ChainedPolicy, texts: Texts): Texts {
  let at = 0;
  while (at < texts.length && roles.has(texts[at]?.role ?? 'other')) at += 1;
  return at === texts.length ? texts : texts.filter(({ role }) => roles.has(role));
}

/** Texts that nobody wrote cannot be told from texts that may pass as they are. */
function checked(verdict: Verdict | undefined, texts: Texts): Verdict | undefined {
  if (verdict?.kind === 'rewrite' && verdict.texts.length !== texts.length) {
    throw new Error(`${verdict.texts.length} texts came back for ${texts.length}`);
  }
  return verdict;
}

function actOn(
  verdict: Verdict,
  link: ChainedPolicy,
  { texts, admitted }: Readonly<Record<'texts' | 'admitted', Texts>>,
  evidence: Evidence,
): Passed {
  const place = placeOf(link, 'request');
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

/** The texts with what the policy made of those it saw; the very same array where it changed none. */
function rewritten(texts: readonly PlacedText[], admitted: readonly PlacedText[], next: readonly string[]) {
  if (admitted.every((one, at) => one.text === next[at])) return texts;
  const changed = new Map(admitted.map((one, at) => [one, next[at] ?? one.text]));
  return texts.map((one) => ({ ...one, text: changed.get(one) ?? one.text }));
}

function guardTexts(link: ChainedPolicy, texts: Texts, evidence: Evidence): Work<Passed> {
  return enforceEach(texts, ({ text, role, path, form }) => {
    const whole = decodedAlready(text);
    return openGuard(link, { direction: 'request', role, form, path, whole }, evidence);
  });
}

/** Asks a policy that waits about the texts it admits, and does what it says. */
function* inquire(link: ChainedPolicy, texts: Texts, evidence: Evidence): Work<Passed> {
  const inquiry = new Inquiry(link, 'request');
  yield* enforceEach(texts, ({ role }) => (inquiry.admits(role) ? inquiry.collecting(role) : undefined));
  yield inquiry.ask(evidence);
  return yield* enforceEach(texts, ({ role, path }) =>
    inquiry.admits(role) ? inquiry.enforcing(role, path, evidence) : undefined,
  );
}

/** The texts after a guard over each, the very same array where nothing changed, or undefined where it denied. */
function* enforceEach(texts: Texts, open: (text: PlacedText) => Guard | undefined): Work<Passed> {
  const isLong = lengthOf(texts) >= longText;
  let next: PlacedText[] | undefined;
  for (let at = 0; at < texts.length; at += 1) {
    const one = texts[at];
    if (one === undefined || one.text === '') continue;
    if (isLong) yield;
    const guard = open(one);
    if (guard === undefined) continue;
    const whole = new WholeText(formed(guard, one.form, one.text), one.text);
    while (whole.step()) yield;
    if (whole.denied !== undefined) return undefined;
    const { text } = whole;
    if (text === one.text) continue;
    next ??= [...texts];
    next[at] = { ...one, text };
  }
  return next ?? texts;
}
