import type { Guard } from '../../src/policy/guard.ts';
import {
  characterSet,
  compileFind,
  type Detector,
  noMatchBefore,
  undecided,
} from '../../src/policy/guards/detector.ts';
import type { Treatment } from '../../src/policy/guards/judge.ts';
import { compileScan } from '../../src/policy/guards/scan-guard.ts';

/** What to put in place of each literal; `undefined` denies the field where it occurs. */
export type Literals = Readonly<Record<string, string | undefined>>;

/** A guard that replaces ASCII literals: the smallest rules that the real scanner can run. Longer literals go first. */
export function literalGuard(literals: Literals, holdBackLimit = 512): () => Guard {
  const words = Object.keys(literals).toSorted((a, b) => b.length - a.length);
  return compileScan({
    detectors: words.map(literal),
    holdBackLimit,
    judge: (word) => judge(literals[word]),
  });
}

function judge(replacement: string | undefined): Treatment {
  return replacement === undefined ? { kind: 'deny', message: 'denied' } : { kind: 'rewrite', replacement };
}

function literal(word: string): Detector {
  const signs = characterSet(word.slice(0, 1));
  return {
    entity: word,
    search: { signs, leads: characterSet(), leadWidth: 0, seek: compileFind(signs) },
    tryAt(view, at) {
      const there = view.text.slice(at, Math.min(view.end, at + word.length));
      if (there === word) return at + word.length;
      return word.startsWith(there) && !view.final ? undecided : noMatchBefore(at + 1);
    },
  };
}
