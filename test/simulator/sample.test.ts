import assert from 'node:assert/strict';
import { test } from 'node:test';
import { z } from 'zod';
import { sampleOf } from '../../src/simulator/sample.ts';

interface Tree {
  name: string;
  children: Tree[];
}

const tree: z.ZodType<Tree> = z.object({
  name: z.string(),
  get children() {
    return z.array(tree);
  },
});

interface Link {
  value: number;
  next: Link | null;
}

const link: z.ZodType<Link> = z.object({
  value: z.number(),
  get next() {
    return z.union([link, z.null()]);
  },
});

const schemas: Readonly<Record<string, z.ZodType>> = {
  text: z.string(),
  'text of a length': z.string().min(50).max(60),
  'short text': z.string().max(3),
  'e-mail address': z.email(),
  date: z.iso.datetime(),
  uuid: z.uuid(),
  integer: z.int().min(7).max(9),
  'negative integer': z.int().max(-5),
  'number in an open interval': z.number().gt(0).lt(1),
  'number above': z.number().gt(1),
  'multiple of': z.number().multipleOf(5).min(12),
  'integer above': z.int().gt(3).lt(5),
  enum: z.enum(['red', 'green']),
  literal: z.literal(42),
  boolean: z.boolean(),
  nothing: z.null(),
  nullable: z.string().nullable(),
  union: z.union([z.object({ kind: z.literal('a'), n: z.int() }), z.object({ kind: z.literal('b') })]),
  'several at least': z.array(z.int()).min(3),
  'optional fields': z.object({ need: z.string(), may: z.string().optional() }),
  intersection: z.intersection(z.object({ a: z.string() }), z.object({ b: z.int() })),
  nested: z.object({ people: z.array(z.object({ name: z.string(), age: z.int().min(0).max(150) })) }),
  tree,
  'linked list': link,
};

for (const [name, schema] of Object.entries(schemas)) {
  test(`the sample of "${name}" validates`, () => {
    const json = z.toJSONSchema(schema);

    const sample = JSON.parse(JSON.stringify(sampleOf(json)));

    assert.deepEqual(schema.safeParse(sample).error?.issues, undefined, JSON.stringify(sample));
  });
}

const refused: Readonly<Record<string, unknown>> = {
  'one that cannot end': {
    type: 'object',
    properties: { a: { $ref: '#' }, b: { $ref: '#' } },
    required: ['a', 'b'],
  },
  'one that refers elsewhere': { $ref: 'https://example.com/schema' },
  'one that refers to nothing': { $ref: '#/$defs/missing' },
};

for (const [name, schema] of Object.entries(refused)) {
  test(`a schema is refused: ${name}`, () => {
    assert.throws(() => sampleOf(schema), { name: 'Refusal' });
  });
}
