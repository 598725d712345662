import {
  type AnswerOptions,
  type EnforcedAnswer,
  enforceAnswer as enforcing,
  unjudgedAnswer,
} from '../../src/dialect/answer.ts';
import { type Call, type CallLimits, readCall as reading } from '../../src/dialect/call.ts';
import type { Dialect } from '../../src/dialect/dialect.ts';
import type { JsonLimits } from '../../src/json/scan.ts';
import { screenCall as screening, type Screened } from '../../src/policy/chain.ts';
import type { ChainedPolicy } from '../../src/policy/chained-policy.ts';
import type { Evidence } from '../../src/policy/evidence.ts';
import type { FieldGuards } from '../../src/policy/field-guards.ts';
import { enforceWhole } from '../../src/policy/guards/whole.ts';
import type { PlacedText, Role, TextForm } from '../../src/policy/policy.ts';
import { atOnce, run, type Work } from '../../src/work.ts';

// Steps of an exchange, driven as the gateway drives them, or all at once.

export function screenCall(
  chain: readonly ChainedPolicy[],
  texts: readonly PlacedText[],
  record: Evidence,
): Screened | Promise<Screened> {
  return run(screening(chain, texts, record), record);
}

export function readCall(dialect: Dialect, body: Buffer, limits: CallLimits): Call {
  return atOnce(reading(dialect, body, limits));
}

export function enforceAnswer(
  body: Buffer,
  guards: FieldGuards | undefined,
  limits: JsonLimits,
  how?: AnswerOptions,
): EnforcedAnswer {
  return guards === undefined ? unjudgedAnswer(body, limits) : atOnce(enforcing(body, guards, limits, how));
}

/** A whole text of an answer as its guards leave it; undefined where they deny it. */
export function enforceField(
  guards: FieldGuards,
  role: Role,
  path: string,
  text: string,
  form: TextForm,
): string | undefined {
  const guard = guards.open(role, path, form, text);
  if (guard === undefined) return text;
  const { denied, text: left } = enforceWhole(guard, text);
  return denied === undefined ? left : undefined;
}

/** What was given, once it is there. */
export function* waitingFor<T>(given: T | Promise<T>): Work<T> {
  if (!(given instanceof Promise)) return given;
  const came: { value?: T } = {};
  yield given.then((value) => (came.value = value));
  if (came.value === undefined) throw new Error('nothing came');
  return came.value;
}
