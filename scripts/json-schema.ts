import { z } from 'zod';
import { kindsNotYetSupported } from '../src/policy/kinds.ts';
import type { PolicyKind } from '../src/policy/policy.ts';
import { commonSchema } from '../src/policy/common-settings.ts';
import type { JsonSchema } from '../src/config/expectation.ts';
import { documentSchema } from '../src/config/schema.ts';

/** The whole document as a JSON Schema (draft 7, which editors and Helm read), settings of every kind included. */
export function jsonSchema(kinds: readonly PolicyKind[]): JsonSchema {
  const document = draft7(documentSchema);
  return {
    ...document,
    title: 'policy-config.yaml',
    properties: {
      ...document.properties,
      policies: withChainNames(asSchema(document.properties?.['policies']), kinds),
      policy: policySettings(asSchema(document.properties?.['policy']), kinds),
    },
  };
}

/** The keys every kind takes. */
export function commonJsonSchema(): JsonSchema {
  return draft7(commonSchema);
}

function draft7(schema: z.ZodType): JsonSchema {
  return z.toJSONSchema(schema, { io: 'input', target: 'draft-7', unrepresentable: 'any' });
}

function asSchema(schema: JsonSchema | boolean | undefined): JsonSchema {
  return typeof schema === 'object' ? schema : {};
}

function withChainNames(policies: JsonSchema, kinds: readonly PolicyKind[]): JsonSchema {
  const chain = asSchema(policies.properties?.['chain']);
  const items = { type: 'string', enum: kinds.map(({ kind }) => kind) } as const;
  return { ...policies, properties: { chain: { ...chain, items, uniqueItems: true } } };
}

function policySettings(policy: JsonSchema, kinds: readonly PolicyKind[]): JsonSchema {
  const supported = kinds.map((kind) => [kind.kind, kindSettings(kind)] as const);
  const names = new Set(kinds.map(({ kind }) => kind));
  const later = kindsNotYetSupported.filter((name) => !names.has(name));
  const inert = later.map((name) => [name, { description: 'Not supported yet: no effect.' }] as const);
  return {
    ...(policy.description === undefined ? {} : { description: policy.description }),
    type: ['object', 'null'],
    properties: Object.fromEntries([...supported, ...inert]),
    additionalProperties: false,
  };
}

/** The kind's own keys and those every kind takes, in one mapping. */
function kindSettings(kind: PolicyKind): JsonSchema {
  const { $schema: _, ...own } = draft7(kind.settings);
  const common = commonJsonSchema();
  return {
    ...own,
    type: ['object', 'null'],
    description: kind.summary,
    properties: { ...own.properties, ...common.properties },
  };
}
