import type { Detector } from '../src/policy/guards/detector.ts';
import { patternDetectors } from '../src/policy/patterns/pattern-detector.ts';
import { compilePatterns } from '../src/policy/patterns/user-pattern.ts';
import { compileTerms } from '../src/policy/terms/term-settings.ts';
import { promptTexts } from './prompts.ts';

/** Something of whoever wrote the configuration to look for. */
export interface Search {
  readonly name: string;
  /** Microseconds per KB it may cost at most; undefined where it is made to be slow. */
  readonly bar: number | undefined;
  detectors(): readonly Detector[];
}

export const holdBackLimit = 512;
const bar = 40;

const patterns = String.raw`EMP-\d{6}
(?i)project (?:apollo|zeus)
\b[A-Z]{2}\d{4}\b
INV-\d{4}-\d{4}
(?i)ticket #?\d{3,6}
\bCASE[- ]\d{5}\b
[A-Z]{3}-\d{3}
(?i)badge \d{4}
\b\d{3}-\d{3}-\d{3}\b
ORD\d{8}
(?i)\bcustomer id: \w{4,10}
\bPO\d{6}\b
(?i)codename [a-z]{3,12}
REF:[A-Z0-9]{6}
\bSN[0-9A-F]{8}\b
(?i)internal only
\b[a-z]{2}_[a-z]{4}_\d{2}\b
v\d{1,2}\.\d{1,2}\.\d{1,2}
(?i)site-[a-z]{3}\d{2}
\bZX[A-Z]{4}\b`.split('\n');

export const searches: readonly Search[] = [
  terms(1),
  terms(10),
  terms(100),
  terms(1000),
  terms(100, 1),
  terms(400, 1),
  terms(50, 2),
  { name: 'one pattern', bar, detectors: () => compiled(patterns.slice(0, 1)) },
  { name: 'twenty patterns', bar, detectors: () => compiled(patterns) },
  { name: 'a pattern that begins everywhere', bar: undefined, detectors: () => compiled(['.{1,50}x']) },
];

function compiled(sources: readonly string[]): readonly Detector[] {
  return patternDetectors(compilePatterns([...sources]));
}

function terms(count: number, edits = 0): Search {
  const fuzzy = { fuzzy_matching: edits > 0, max_distance: edits };
  return {
    name: edits === 0 ? `${count} terms` : `${count} terms, ${edits} letters off`,
    bar: edits > 1 ? undefined : bar,
    detectors: () => compileTerms('TERM', namesUpTo(count), { holdBackLimit, fuzzy }),
  };
}

/** Made-up names, every third of them two words. The first ones are the same in every list. */
function namesUpTo(count: number): readonly string[] {
  const draw = drawing();
  const name = (): string =>
    Array.from({ length: 2 + draw(3) }, () => pick('bcdfglmnprstvz', draw) + pick('aeiou', draw)).join('');
  return Array.from({ length: count }, (_, index) =>
    index % 3 === 0 ? `${name()} ${name()}` : name() + name(),
  );
}

/** Names of the lists with a letter that is another one, each: what terms like least. */
function nearlyNames(bytes: number): string {
  const draw = drawing();
  const names = namesUpTo(50).map((name, index) => {
    const at = 1 + (index % (name.length - 1));
    return name.slice(0, at) + pick('abcdefghijklmnopqrstuvwxyz', draw) + name.slice(at + 1);
  });
  return Buffer.alloc(bytes, `${names.join(' ')} `).toString();
}

export const searchedTexts = [
  ...promptTexts.filter(({ name }) => name === 'prose' || name === 'zero-width' || name === 'homoglyphs'),
  { name: 'names misspelt', make: nearlyNames },
] as const;

function pick(letters: string, draw: (below: number) => number): string {
  return letters[draw(letters.length)] ?? '';
}

/** The same numbers at every run. */
function drawing(): (below: number) => number {
  let state = 7;
  return (below) => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return Math.floor(state / 65_536) % below;
  };
}
