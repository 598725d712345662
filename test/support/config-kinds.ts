import { z } from 'zod';
import type { PolicyKind } from '../../src/policy/policy.ts';

function kind(name: string, settings: z.ZodObject): PolicyKind {
  return { kind: name, summary: `Tests ${name}.`, settings, create: () => ({ kind: name }) };
}

/** Small kinds with the names and the fields the configuration samples use. They judge nothing. */
export const testKinds: readonly PolicyKind[] = [
  kind(
    'prompt-injection',
    z.strictObject({
      threshold: z.number().min(0).max(1).default(0.8).describe('Score from which a text counts.'),
      action: z.enum(['block', 'flag']).default('block').describe('What happens.'),
    }),
  ),
  kind(
    'pii-detector',
    z.strictObject({
      action: z.enum(['redact', 'block']).default('redact').describe('What happens.'),
      entities: z
        .array(z.enum(['EMAIL', 'PHONE']))
        .default(['EMAIL', 'PHONE'])
        .describe('What is looked for.'),
    }),
  ),
  kind(
    'safety-filter',
    z.strictObject({
      mode: z.enum(['strict', 'education']).default('strict').describe('Which rules.'),
      action: z.enum(['block']).default('block').describe('What happens.'),
    }),
  ),
  {
    ...kind(
      'audit-logger',
      z.strictObject({
        immutable: z.boolean().default(true).describe('Append only.'),
        retention_days: z.int().min(1).max(36_500).default(365).describe('How long records are kept.'),
        log_all_access: z.boolean().default(true).describe('Every call.'),
      }),
    ),
    streaming: () => [],
    notices: (settings) =>
      z.object({ immutable: z.boolean() }).parse(settings).immutable ? [] : ['records can be altered'],
  },
  { ...kind('whole-answer', z.strictObject({})), streaming: () => ['buffered'] },
  { ...kind('as-it-comes', z.strictObject({})), streaming: () => ['realtime'] },
];
