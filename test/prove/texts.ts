import assert from 'node:assert/strict';
import type { Guard } from '../../src/policy/guard.ts';
import { insideJson } from '../../src/policy/guards/json-text.ts';
import { pipe } from '../../src/policy/guards/pipe.ts';
import { restoring } from '../../src/policy/guards/restore.ts';
import { enforceWhole } from '../../src/policy/guards/whole.ts';
import { responseRewriter, responseRewriterSettings } from '../../src/policy/kinds/response-rewriter.ts';
import { evidence, piiPolicy } from '../support/chains.ts';
import { assertInvariant, cuts } from '../support/cuts.ts';
import { piiFragments } from '../support/pii-texts.ts';
import type { Counts } from './counts.ts';
import { ownLists } from './own-lists.ts';
import type { Random } from './random.ts';

const splitsPerText = 8;
const holdBack = 512;

function opening(settings: object): () => Guard {
  const policy = piiPolicy(settings);
  return () =>
    policy.guard?.({ direction: 'answer', role: 'assistant' }, evidence()) ?? assert.fail('no guard');
}

const redacting = opening({});
const blocking = opening({ action: 'block' });
const partial = opening({ redaction: { marker_format: 'partial' } });

const rules = [
  { pattern: '^', replacement: 'By ann@example.com: ' },
  { pattern: '(\\w{1,12})@(\\w{1,12})', replacement: '$2 of $1', position: 'append' },
  { pattern: '\\d{3}\\b', replacement: '+1 555 ', position: 'prepend' },
  { pattern: '(?i)[a-f]{2,4}-', replacement: '' },
  { pattern: '\\S{1,3}$', replacement: '4111 1111 1111 1111' },
  { pattern: '$', replacement: '-1234' },
];

/** Some of the rules in any order, and what they leave goes through another policy. */
function rewritingIn(random: Random): () => Guard {
  const chosen = Array.from({ length: 1 + random.below(3) }, () => ({ name: 'r', ...random.oneOf(rules) }));
  const policy = responseRewriter.create(responseRewriterSettings.parse({ rules: chosen }), {
    holdBackLimit: holdBack,
  });
  const field = { direction: 'answer', role: 'assistant', form: 'content' } as const;
  return () => pipe(policy.guard?.(field, evidence()) ?? assert.fail('no guard'), redacting());
}

interface Opened {
  readonly open: () => Guard;
  readonly text: string;
}

/** One of the ways a text field is guarded, with a text for it. */
function guarded(random: Random): Opened {
  const text = random.text();
  switch (random.below(12)) {
    case 0:
      return { open: blocking, text };
    case 1:
      return { open: partial, text };
    case 2:
      return { open: () => insideJson(redacting()), text };
    case 3:
      return {
        open: () => insideJson(redacting()),
        text: JSON.stringify({ to: text, n: [text.slice(3), 7] }),
      };
    case 4:
      return restoringIn(random, text);
    case 5:
      return { open: rewritingIn(random), text };
    case 6:
    case 7:
      return ownLists(random);
    default:
      return { open: redacting, text };
  }
}

/** Placeholders of this exchange among values that it never saw. */
function restoringIn(random: Random, text: string): Opened {
  const { placeholders } = evidence();
  const digest = random.below(0x7fffffff).toString(16).padStart(64, 'ab');
  const placeholder = placeholders.put('EMAIL', 'ann@example.com', digest);
  const at = random.below(text.length + 1);
  const broken = placeholder.slice(0, random.below(placeholder.length + 1));
  return {
    open: () => pipe(redacting(), restoring(placeholders)),
    text: text.slice(0, at) + random.oneOf([placeholder, placeholder.toLowerCase(), broken]) + text.slice(at),
  };
}

/**
 * Looks at so many pairs of a text and a way to cut it: what the client gets is what enforcement of the whole leaves, and
 * no beginning of it ever shows what that takes out.
 */
export function provePairs(random: Random, pairs: number, counts: Counts): void {
  for (let left = pairs; left > 0;) {
    const { open, text } = guarded(random);
    const whole = enforceWhole(open(), text);
    counts.texts += 1;
    if (whole.denied !== undefined) counts.denied += 1;
    else if (whole.text !== text) counts.rewritten += 1;
    for (let split = Math.min(splitsPerText, left); split > 0; split -= 1, left -= 1) {
      const pieces = random.cut(text);
      const { mostHeld } = assertInvariant(open, pieces, whole);
      counts.pairs += 1;
      counts.pieces += pieces.length;
      counts.mostHeld = Math.max(counts.mostHeld, mostHeld);
    }
  }
  // Escapes of a JSON text are counted as they are written: six characters for one.
  assert.ok(counts.mostHeld <= 6 * holdBack, `${counts.mostHeld} characters were held back`);
}

/** Every sample that holds a value, between all sorts of neighbours, cut at every place and everywhere at once. */
export function proveEveryCut(counts: Counts): void {
  const samples = piiFragments.filter((text) => enforceWhole(redacting(), text).text !== text);
  assert.ok(samples.length > 10);
  for (const sample of samples) {
    for (const text of [
      sample,
      `so ${sample}`,
      `${sample}\n`,
      `"${sample}" `,
      `${sample}, ${sample}.`,
      `x${sample}9`,
    ]) {
      const whole = enforceWhole(redacting(), text);
      counts.texts += 1;
      if (whole.text !== text) counts.rewritten += 1;
      for (const pieces of cuts(text)) {
        assertInvariant(redacting, pieces, whole);
        counts.pairs += 1;
        counts.pieces += pieces.length;
      }
    }
  }
}
