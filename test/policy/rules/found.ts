import { compileRules, type Rule } from '../../../src/policy/rules/compile.ts';
import { RuleScan } from '../../../src/policy/rules/rule-scan.ts';

export interface Found {
  readonly rule: string;
  readonly start: number;
  readonly end: number;
}

/** All matches of the rules in the pieces, read as one text. */
export function matchesIn(rules: readonly Rule[], pieces: readonly string[], widest = 500): readonly Found[] {
  const set = compileRules(rules);
  const found: Found[] = [];
  const scan = new RuleScan(set, widest, (rule, start, end) =>
    found.push({ rule: set.ids[rule] ?? '', start, end }),
  );
  for (const piece of pieces) scan.push(piece);
  scan.end();
  return found;
}

/** The matched texts of one pattern in a text. */
export function matchedTexts(pattern: string, text: string): readonly string[] {
  return matchesIn([{ id: 'one', patterns: [pattern] }], [text]).map(({ start, end }) =>
    text.slice(start, end),
  );
}

/** Cuts a text at the given places, whatever they are. */
export function cut(text: string, at: readonly number[]): readonly string[] {
  const places = [...new Set(at.map((place) => place % (text.length + 1)))].toSorted((a, b) => a - b);
  return [...places, text.length].map((end, index) => text.slice(index === 0 ? 0 : places[index - 1], end));
}
