import { lengthOf, longText, type Work } from '../../work.ts';
import type { CallFinding, CallText, Role, Verdict } from '../policy.ts';
import type { InjectionJudge, Judgement } from './judge.ts';

/** Characters of the last user turns that are also judged as one text, for an attack split over several. */
const turnsLength = 2_000;
const truncatedRule = 'readings.truncated';

export interface CallJudge {
  readonly judge: InjectionJudge;
  readonly roles: ReadonlySet<Role>;
  readonly threshold: number;
  /** What the client is told of an attack; undefined where one is only recorded. */
  readonly refusal: string | undefined;
}

/** Judges each text of the judged roles, then the last user turns together. Findings are those of attacks alone. */
export function* judgeTexts(texts: readonly CallText[], settings: CallJudge): Work<Verdict> {
  const { judge, roles, threshold, refusal } = settings;
  const isLong = lengthOf(texts) >= longText;
  const findings: CallFinding[] = [];
  let isAttack = false;
  for (let index = 0; index < texts.length; index += 1) {
    const { role, text } = texts[index] ?? nothing;
    if (!roles.has(role)) continue;
    if (isLong) yield;
    const judgement = yield* judge.judging(text, role);
    if (judgement.isTruncated)
      findings.push({ text: index, rule: truncatedRule, start: 0, end: 0, score: 0, sample: '' });
    if (judgement.score < threshold) continue;
    isAttack = true;
    findings.push(...locate(judgement, [{ index, text, from: 0 }]));
  }
  if (!isAttack) {
    const found = judgeTurns(texts, settings);
    isAttack = found !== undefined;
    if (found !== undefined) findings.push(...found);
  }
  if (!isAttack || refusal === undefined) return { kind: 'allow', findings };
  return { kind: 'deny', message: refusal, findings };
}

/** What is found in the last user turns as one text; undefined where that is no attack. */
function judgeTurns(
  texts: readonly CallText[],
  { judge, roles, threshold }: CallJudge,
): readonly CallFinding[] | undefined {
  if (!roles.has('user')) return undefined;
  const turns = lastTurns(texts);
  if (turns.length === 0) return undefined;
  const judgement = judge.judge(turns.map((turn) => turn.text).join(' '));
  return judgement.score < threshold ? undefined : locate(judgement, turns);
}

const nothing: CallText = { role: 'other', text: '' };

interface Turn {
  readonly index: number;
  readonly text: string;
  /** Where it begins in the turns joined. */
  readonly from: number;
}

/** None where there are fewer than two: each has been judged by itself. */
function lastTurns(texts: readonly CallText[]): readonly Turn[] {
  const first = firstOfLast(texts);
  const last: Turn[] = [];
  let from = 0;
  for (let index = first; index < texts.length; index += 1) {
    const { role, text } = texts[index] ?? nothing;
    if (role !== 'user' || text.length === 0) continue;
    last.push({ index, text, from });
    from += text.length + 1;
  }
  return last;
}

/** Where the first of the last user turns is; behind the end where there are fewer than two. */
function firstOfLast(texts: readonly CallText[]): number {
  let room = turnsLength;
  let first = texts.length;
  let count = 0;
  for (let index = texts.length - 1; index >= 0 && room > 0; index -= 1) {
    const { role, text } = texts[index] ?? nothing;
    if (role !== 'user' || text.length === 0) continue;
    // A turn too long for what is left of the room says nothing its own judgement did not.
    if (text.length > room) break;
    room -= text.length;
    first = index;
    count += 1;
  }
  return count < 2 ? texts.length : first;
}

/** A finding lies where it begins; one that goes on into the next turn ends with its own. */
function locate(judgement: Judgement, turns: readonly Turn[]): readonly CallFinding[] {
  return judgement.evidence.flatMap(({ rule, start, end, score }) => {
    const turn = turns.findLast((one) => one.from <= start);
    if (turn === undefined) return [];
    const from = start - turn.from;
    const to = Math.min(end - turn.from, turn.text.length);
    return [{ text: turn.index, rule, start: from, end: to, score, sample: turn.text.slice(from, to) }];
  });
}
