import assert from 'node:assert/strict';
import test from 'node:test';
import * as fc from 'fast-check';
import type { TargetKind, TargetSpec } from '../../src/config/config.ts';
import { dialectAt } from '../../src/dialect/dialects.ts';
import type { Dialect } from '../../src/dialect/dialect.ts';
import { type PlanRequest, planTargets } from '../../src/routing/plan.ts';
import { crossingOf } from '../../src/upstream/crossing.ts';
import { type Target, TargetState } from '../../src/upstream/target.ts';
import { Ticker } from '../../src/upstream/ticker.ts';

const ticker = new Ticker();

interface Traits {
  readonly available: boolean;
  readonly kind: TargetKind | undefined;
  readonly model: string;
}

function target({ available, kind, model }: Traits, index: number): Target {
  const spec: TargetSpec = {
    id: `t${index}`,
    provider: 'openai-compatible',
    kind,
    model,
    baseUrl: 'http://a/v1',
    origin: 'http://a',
    basePath: '/v1',
    simulated: false,
    available,
    credential: undefined,
    headers: [],
    forwardHeaders: [],
    forwardQuery: [],
    timeoutMs: 1,
    streamTimeoutMs: 1,
    connectTimeoutMs: 1,
    firstByteTimeoutMs: 1,
    idleTimeoutMs: 1,
    usageInStream: true,
    pricing: undefined,
  };
  return { spec, state: new TargetState(ticker), headers: [], crossing: crossingOf(spec, []) };
}

const kinds = [undefined, 'chat', 'completion', 'embedding'] as const;
const models = ['a', 'b', 't0', 't1'];

const targetLists: fc.Arbitrary<readonly Target[]> = fc
  .array(
    fc.record({
      available: fc.boolean(),
      kind: fc.constantFrom(...kinds),
      model: fc.constantFrom(...models),
    }),
    { maxLength: 6 },
  )
  .map((traits) => traits.map(target));

const calls: fc.Arbitrary<PlanRequest> = fc.record({
  dialect: fc.constantFrom(...dialects()),
  model: fc.constantFrom(undefined, 'unknown', ...models),
});

function dialects(): readonly Dialect[] {
  return ['/chat/completions', '/completions', '/embeddings', '/responses'].flatMap(
    (path) => dialectAt(path) ?? [],
  );
}

function usable({ spec }: Target, { dialect }: PlanRequest): boolean {
  return spec.available && (spec.kind === undefined || spec.kind === dialect.serves);
}

test('a fallback plan names every usable target once, and no other', () => {
  fc.assert(
    fc.property(targetLists, calls, (targets, asked) => {
      const plan = [...planTargets(targets, 'fallback', asked)];

      assert.equal(new Set(plan).size, plan.length);
      assert.deepEqual(new Set(plan), new Set(targets.filter((one) => usable(one, asked))));
    }),
  );
});

test('`single` asks the first target that fallback would, and no other', () => {
  fc.assert(
    fc.property(targetLists, calls, (targets, asked) => {
      const [first] = planTargets(targets, 'fallback', asked);

      assert.deepEqual([...planTargets(targets, 'single', asked)], first === undefined ? [] : [first]);
    }),
  );
});

test('those that the call names come first, by id before by model, and otherwise the order of the file holds', () => {
  fc.assert(
    fc.property(targetLists, calls, (targets, asked) => {
      const plan = [...planTargets(targets, 'fallback', asked)];
      const byId = plan.filter(({ spec }) => spec.id === asked.model);
      const named = byId.length > 0 ? byId : plan.filter(({ spec }) => spec.model === asked.model);

      assert.deepEqual(plan.slice(0, named.length), named);
      for (const part of [named, plan.slice(named.length)]) {
        const places = part.map((one) => targets.indexOf(one));
        assert.deepEqual(
          places,
          places.toSorted((a, b) => a - b),
        );
      }
    }),
  );
});
