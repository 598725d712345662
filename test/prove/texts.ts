import assert from 'node:assert/strict';
import type { ChainedPolicy } from '../../src/policy/chained-policy.ts';
import type { FieldGuards } from '../../src/policy/field-guards.ts';
import type { Guard } from '../../src/policy/guard.ts';
import { insideJson } from '../../src/policy/guards/json-text.ts';
import { insideProse } from '../../src/policy/guards/prose.ts';
import { pipe } from '../../src/policy/guards/pipe.ts';
import { enforceWhole } from '../../src/policy/guards/whole.ts';
import { responseRewriter, responseRewriterSettings } from '../../src/policy/kinds/response-rewriter.ts';
import type { TextForm } from '../../src/policy/policy.ts';
import { evidence, piiPolicy } from '../support/chains.ts';
import { assertInvariant, cuts } from '../support/cuts.ts';
import { piiFragments, piiSamples } from '../support/pii-texts.ts';
import { chains, opened } from './chains.ts';
import { type Counts, countFindings } from './counts.ts';
import { ownLists } from './own-lists.ts';
import type { Random } from './random.ts';

const splitsPerText = 8;
const holdBack = 512;
/** A character of a string within a string may be written with this many. */
const widestEscape = 7;

const policy = piiPolicy({ healthcare_mode: true });
const redacting = (): Guard =>
  policy.guard?.({ direction: 'answer', role: 'assistant' }, evidence()) ?? assert.fail('no guard');

const mostRules = 3;
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
  const chosen = Array.from({ length: 1 + random.below(mostRules) }, () => ({
    name: 'r',
    ...random.oneOf(rules),
  }));
  const rewriting = responseRewriter.create(responseRewriterSettings.parse({ rules: chosen }), {
    holdBackLimit: holdBack,
  });
  const field = { direction: 'answer', role: 'assistant', form: 'content' } as const;
  return () => pipe(rewriting.guard?.(field, evidence()) ?? assert.fail('no guard'), redacting());
}

interface Opened {
  readonly open: () => Guard;
  readonly text: string;
  /** How many guards the text goes through, each with a hold-back of its own. */
  readonly guards: number;
}

const everyChain: readonly (readonly ChainedPolicy[])[] = Object.values(chains);

/** One of the ways a text field is guarded, with a text for it. */
function guarded(random: Random): Opened {
  const words = random.text();
  const form = random.oneOf(['plain', 'plain', 'json'] as const);
  const text = random.below(3) > 0 && form === 'plain' ? words : written(random, words);
  const manner = random.below(11);
  if (manner === 0) return restoringIn(random, text, form);
  if (manner === 8) return { open: rewritingIn(random), text, guards: mostRules + 1 };
  if (manner > 8) return { ...ownLists(random), guards: 1 };
  if (manner < 4) {
    const inside = form === 'json' ? insideJson : insideProse;
    return { open: () => inside(redacting()), text, guards: 1 };
  }
  const chain = random.oneOf(everyChain);
  return { open: () => guardIn(opened(chain), form), text, guards: chain.length };
}

/** The words in a document, in a document inside of one, or in a program among prose. */
function written(random: Random, words: string): string {
  const document = { to: words, [words.slice(0, 9)]: [words.slice(3), 7, 4111111111111111] };
  switch (random.below(6)) {
    case 0:
      return JSON.stringify({ body: JSON.stringify(document) });
    case 1:
      return `Here it is:\n\`\`\`json\n${JSON.stringify(document, null, 2)}\n\`\`\`\nIt's "${words}".`;
    case 2:
      return `print('${words.replaceAll('\n', '\\n')}\\n${words}')`;
    case 3:
      return JSON.stringify(document).replaceAll('@', '\\u0040').replaceAll(' ', '\\t');
    default:
      return JSON.stringify(document);
  }
}

function guardIn(guards: FieldGuards, form: TextForm): Guard {
  return guards.open('assistant', 'text', form) ?? assert.fail('no guard');
}

/** Placeholders of this exchange among values that it never saw. */
function restoringIn(random: Random, text: string, form: TextForm): Opened {
  const exchange = evidence();
  const digest = random.below(0x7fffffff).toString(16).padStart(64, 'ab');
  const value = random.oneOf(['ann@example.com', '4111111111111111', 'sk-live']);
  const placeholder = exchange.placeholders.put('EMAIL', value, digest);
  const at = random.below(text.length + 1);
  const broken = placeholder.slice(0, random.below(placeholder.length + 1));
  const escaped = placeholder.replace('-', '\\_');
  const inside = random.oneOf([placeholder, placeholder.toLowerCase(), escaped, broken]);
  const chain = random.oneOf<readonly ChainedPolicy[]>([chains.tokenising, chains.own]);
  return {
    open: () => guardIn(opened(chain, exchange), form),
    text: text.slice(0, at) + inside + text.slice(at),
    guards: chain.length + 1,
  };
}

/**
 * Looks at so many pairs of a text and a way to cut it: what the client gets is what enforcement of the whole leaves, and
 * no beginning of it ever shows what that takes out.
 */
export function provePairs(random: Random, pairs: number, counts: Counts): void {
  for (let left = pairs; left > 0;) {
    const { open, text, guards } = guarded(random);
    const whole = enforceWhole(open(), text);
    counts.texts += 1;
    countFindings(counts, whole.findings);
    if (whole.denied !== undefined) counts.denied += 1;
    else if (whole.text !== text) counts.rewritten += 1;
    for (let split = Math.min(splitsPerText, left); split > 0; split -= 1, left -= 1) {
      const pieces = random.cut(text);
      const { mostHeld } = assertInvariant(open, pieces, whole);
      counts.pairs += 1;
      counts.pieces += pieces.length;
      // Escapes are counted as they are written.
      assert.ok(mostHeld <= guards * widestEscape * holdBack, `${mostHeld} characters were held back`);
      counts.mostHeld = Math.max(counts.mostHeld, mostHeld);
    }
  }
}

/** Each sample of an entity is found as such, and nothing is left of a key longer than what is withheld. */
function assertSamples(): void {
  for (const [entity, samples] of Object.entries(piiSamples)) {
    for (const sample of samples) {
      const { text } = enforceWhole(redacting(), sample);
      assert.ok(text.includes(`[${entity}]`), `${entity} in ${sample}: ${text}`);
      if (entity === 'PRIVATE_KEY') assert.equal(text, `[${entity}]`);
    }
  }
}

/** Every sample that holds a value, between all sorts of neighbours, cut at every place and everywhere at once. */
export function proveEveryCut(counts: Counts): void {
  assertSamples();
  const samples = [...new Set(piiFragments)].filter((text) => enforceWhole(redacting(), text).text !== text);
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
      countFindings(counts, whole.findings);
      for (const pieces of cuts(text)) {
        assertInvariant(redacting, pieces, whole);
        counts.pairs += 1;
        counts.pieces += pieces.length;
      }
    }
  }
}
