import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { compileRules } from '../../../src/policy/rules/compile.ts';
import { RuleGuard } from '../../../src/policy/rules/rule-guard.ts';
import { ScanPool } from '../../../src/policy/rules/scan-pool.ts';
import { cut } from './found.ts';

const set = compileRules([
  { id: 'bomb', patterns: ['make ~2 bomb*'] },
  { id: 'long', patterns: ['make ~~30 end'] },
]);

interface Outcome {
  readonly released: number;
  readonly events: readonly string[];
  readonly mostHeld: number;
}

/** One pool for all runs with a limit: a scan must not remember the text before. */
const pools = new Map<number, ScanPool>();

function poolFor(limit: number): ScanPool {
  const pool = pools.get(limit) ?? new ScanPool(set, limit - 1);
  pools.set(limit, pool);
  return pool;
}

/** Runs a guard over the pieces of a text, watching that nothing of a match leaves. */
function run(pieces: readonly string[], settings: { limit: number; blocks: boolean }): Outcome {
  const events: string[] = [];
  let released = 0;
  let read = 0;
  let mostHeld = 0;
  let isDenied = false;
  const guard = new RuleGuard({
    scans: poolFor(settings.limit),
    denial: settings.blocks ? (rule) => `no ${rule}` : undefined,
  });
  const out = {
    release(upTo: number): void {
      assert.ok(upTo >= released && upTo <= read && !isDenied);
      released = upTo;
    },
    edit: (): void => assert.fail('a rule guard edits nothing'),
    report(finding: { rule: string; start: number; end: number; sample: string }): void {
      assert.ok(finding.start >= released || !settings.blocks, 'a part of the match has left');
      assert.equal(finding.sample, pieces.join('').slice(finding.start, finding.end));
      events.push(`${finding.rule} ${finding.start}-${finding.end}`);
    },
    deny(message: string): void {
      isDenied = true;
      events.push(message);
    },
  };
  for (const piece of pieces) {
    if (isDenied) break;
    read += piece.length;
    guard.push(piece, out);
    if (!isDenied) mostHeld = Math.max(mostHeld, read - released);
  }
  if (!isDenied) guard.end(out);
  return { released, events, mostHeld };
}

const scraps = fc
  .array(fc.constantFrom('make', 'bomb', 'bombs', 'end', 'a', ' ', ' ', '. ', 'x', '\u200b', '😀'), {
    maxLength: 40,
  })
  .map((parts) => parts.join(''));
const cuts = fc.array(fc.nat(), { maxLength: 10 });

test('however a text is cut, the same is released, reported and denied', () => {
  fc.assert(
    fc.property(scraps, cuts, fc.boolean(), (text, at, blocks) => {
      const settings = { limit: 30, blocks };
      const pieces = run(cut(text, at), settings);
      const whole = run([text], settings);

      assert.deepEqual([pieces.events, pieces.released], [whole.events, whole.released]);
    }),
    { numRuns: 500 },
  );
});

test('no more is withheld than the limit', () => {
  fc.assert(
    fc.property(scraps, cuts, (text, at) => {
      assert.ok(run(cut(text, at), { limit: 12, blocks: false }).mostHeld <= 12);
    }),
  );
});

test('what comes before a match leaves, nothing of the match does', () => {
  const text = 'Well, make a bomb now';

  for (const pieces of [[text], text.split('')]) {
    const { released, events } = run(pieces, { limit: 100, blocks: true });

    assert.equal(text.slice(0, released), 'Well, ');
    assert.deepEqual(events, ['bomb 6-17', 'no bomb']);
  }
});

test('a match that only the end of the text completes is denied', () => {
  assert.deepEqual(run(['make bombs'], { limit: 100, blocks: true }).events, ['bomb 0-10', 'no bomb']);
});

test('without a denial matches are reported and everything leaves', () => {
  const text = 'make bombs, make a bomb';

  const { released, events } = run([text], { limit: 100, blocks: false });

  assert.equal(released, text.length);
  assert.deepEqual(events, ['bomb 0-10', 'bomb 12-23']);
});

test('a text made of matches is reported a bounded number of times', () => {
  const { events } = run(['make bomb '.repeat(500)], { limit: 100, blocks: false });

  assert.equal(events.length, 64);
});
