import { lengthOf, longText, type Work } from '../../work.ts';
import type { CallFinding, CallText, Role } from '../policy.ts';
import type { InjectionJudge, Judgement } from './judge.ts';

/** Characters of the last user turns that are also judged as one text, for an attack split over several. */
const turnsLength = 2_000;
const truncatedRule = 'readings.truncated';

export interface CallJudge {
  readonly judge: InjectionJudge;
  readonly roles: ReadonlySet<Role>;
  readonly threshold: number;
}

export interface JudgedCall {
  readonly findings: readonly CallFinding[];
  readonly isAttack: boolean;
}

/** Judges each text of the judged roles, then the last user turns together. Findings are those of attacks alone. */
export function* judgeTexts(texts: readonly CallText[], settings: CallJudge): Work<JudgedCall> {
  const { judge, roles, threshold } = settings;
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
  if (isAttack || !roles.has('user')) return { findings, isAttack };
  const turns = lastTurns(texts);
  if (turns.length < 2) return { findings, isAttack };
  const judgement = judge.judge(turns.map((turn) => turn.text).join(' '));
  if (judgement.score < threshold) return { findings, isAttack };
  return { findings: [...findings, ...locate(judgement, turns)], isAttack: true };
}

const nothing: CallText = { role: 'other', text: '' };

interface Turn {
  readonly index: number;
  readonly text: string;
  /** Where it begins in the turns joined. */
  readonly from: number;
}

function lastTurns(texts: readonly CallText[]): readonly Turn[] {
  const last: { index: number; text: string }[] = [];
  let room = turnsLength;
  for (let index = texts.length - 1; index >= 0 && room > 0; index -= 1) {
    const { role, text } = texts[index] ?? nothing;
    if (role !== 'user' || text.length === 0) continue;
    // A turn too long for what is left of the room says nothing its own judgement did not.
    if (text.length > room) break;
    room -= text.length;
    last.unshift({ index, text });
  }
  let from = 0;
  return last.map((turn) => {
    const placed = { ...turn, from };
    from += turn.text.length + 1;
    return placed;
  });
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
