import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { type Lease, Runtime } from '../../src/runtime/runtime.ts';

interface Numbered {
  readonly generation: number;
}

function start() {
  const retired: number[] = [];
  const runtime = new Runtime<Numbered>(({ generation }) => retired.push(generation));
  return { runtime, retired };
}

test('a lease stays on the snapshot it was taken on', () => {
  const { runtime, retired } = start();
  runtime.swap({ generation: 1 });
  const lease = runtime.lease();

  runtime.swap({ generation: 2 });

  assert.equal(lease.snapshot.generation, 1);
  assert.equal(runtime.lease().snapshot.generation, 2);
  assert.deepEqual(retired, []);
});

test('a snapshot retires with its last lease', () => {
  const { runtime, retired } = start();
  runtime.swap({ generation: 1 });
  const leases = [runtime.lease(), runtime.lease()];
  runtime.swap({ generation: 2 });

  leases[0]?.release();
  assert.deepEqual(retired, []);
  leases[1]?.release();

  assert.deepEqual(retired, [1]);
});

test('a snapshot that nobody holds retires at the swap', () => {
  const { runtime, retired } = start();
  runtime.swap({ generation: 1 });
  runtime.lease().release();

  runtime.swap({ generation: 2 });

  assert.deepEqual(retired, [1]);
});

test('the current snapshot does not retire with its last lease', () => {
  const { runtime, retired } = start();
  runtime.swap({ generation: 1 });

  runtime.lease().release();

  assert.deepEqual(retired, []);
});

test('a second release of one lease does not take the hold of another', () => {
  const { runtime, retired } = start();
  runtime.swap({ generation: 1 });
  const [first, second] = [runtime.lease(), runtime.lease()];
  runtime.swap({ generation: 2 });

  first.release();
  first.release();

  assert.deepEqual(retired, []);
  assert.equal(runtime.openLeases().get(1), 1);
  second.release();
  assert.deepEqual(retired, [1]);
});

test('a lease before the first snapshot is refused', () => {
  const { runtime } = start();

  assert.equal(runtime.current, undefined);
  assert.throws(() => runtime.lease(), /before the first snapshot/);
});

test('open leases are counted by generation', () => {
  const { runtime } = start();
  runtime.swap({ generation: 1 });
  runtime.lease();
  runtime.swap({ generation: 2 });
  runtime.swap({ generation: 3 });
  runtime.lease();
  runtime.lease();

  const open = runtime.openLeases();

  assert.deepEqual(
    [...open],
    [
      [1, 1],
      [3, 2],
    ],
  );
});

/** One step of a life: take a lease, give one back (twice for good measure), or swap. */
const steps = fc.array(
  fc.oneof(
    { weight: 3, arbitrary: fc.constant({ kind: 'take' as const }) },
    { weight: 3, arbitrary: fc.nat().map((pick) => ({ kind: 'give' as const, pick })) },
    { weight: 2, arbitrary: fc.constant({ kind: 'swap' as const }) },
  ),
  { maxLength: 200 },
);

test('over any life each snapshot retires once, never while leased or current', () => {
  fc.assert(
    fc.property(steps, (life) => {
      const held: Lease<Numbered>[] = [];
      const retired: number[] = [];
      const runtime = new Runtime<Numbered>(({ generation }) => {
        assert.ok(!held.some((lease) => lease.snapshot.generation === generation), 'retired while leased');
        assert.notEqual(runtime.current?.generation, generation);
        retired.push(generation);
      });
      let generation = 1;
      runtime.swap({ generation });

      for (const step of life) {
        if (step.kind === 'take') held.push(runtime.lease());
        if (step.kind === 'swap') runtime.swap({ generation: (generation += 1) });
        if (step.kind === 'give') {
          const [lease] = held.splice(step.pick % Math.max(1, held.length), 1);
          lease?.release();
          lease?.release();
        }
        const live = new Set([generation, ...held.map((lease) => lease.snapshot.generation)]);
        assert.deepEqual(new Set(runtime.openLeases().keys()), live);
        assert.equal(retired.length + live.size, generation);
      }
      for (const lease of held.splice(0)) lease.release();

      assert.deepEqual(retired.toSorted(byValue), range(1, generation - 1));
    }),
  );
});

test('a thousand swaps under leases of random length retire a thousand snapshots once each', () => {
  const { runtime, retired } = start();
  const random = fc.sample(fc.nat(9), { numRuns: 5000, seed: 7 });
  const held: Lease<Numbered>[] = [];
  runtime.swap({ generation: 1 });

  for (let generation = 2; generation <= 1001; generation += 1) {
    held.push(...Array.from({ length: random[generation] ?? 0 }, () => runtime.lease()));
    runtime.swap({ generation });
    for (const lease of held.splice(0, random[generation + 2000] ?? 0)) lease.release();
    const leased = new Set(held.map((lease) => lease.snapshot.generation));
    assert.equal(retired.length, generation - 1 - leased.size);
  }
  for (const lease of held) lease.release();

  assert.deepEqual(retired.toSorted(byValue), range(1, 1000));
});

function byValue(a: number, b: number): number {
  return a - b;
}

function range(from: number, to: number): readonly number[] {
  return Array.from({ length: Math.max(0, to - from + 1) }, (_, index) => from + index);
}
