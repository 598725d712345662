import type { BoundedPattern } from './pattern-detector.ts';
import { PatternProblem, type Program } from './program.ts';

/** Text of its own, or the number of the group of the pattern that matched it. */
type Part = string | number;

/** What stands for the match [start, end) of a text. */
export type Replacement = (text: string, start: number, end: number) => string;

/** Before a match what `\b` looks at, behind it half of a character more. */
const context = 2;

const reference = /\$(?:(\$)|(\d{1,2})|\{(\w+)\})/gu;

/** Reads `$1`, `${2}`, `${name}` and `$$`; throws a `PatternProblem` where there is no such group. */
export function compileReplacement({ program, longest }: BoundedPattern, template: string): Replacement {
  const parts = partsOf(program, template);
  if (parts.every((part) => typeof part === 'string')) {
    const only = parts.join('');
    return () => only;
  }
  const alone = (match: string): string => {
    const matcher = program.library.matcher(match);
    const isWhole = matcher.matches();
    return joined(parts, (group) => (isWhole ? (matcher.group(group) ?? '') : ''));
  };
  return (text, start, end) => {
    const from = Math.max(0, start - context);
    const matcher = program.library.matcher(text.slice(from, start + longest + context));
    // What max_length cut off at another place than the library would: its groups are those of the match alone.
    if (!matcher.find(start - from) || matcher.end() !== end - from) return alone(text.slice(start, end));
    return joined(parts, (group) => matcher.group(group) ?? '');
  };
}

function joined(parts: readonly Part[], valueOf: (group: number) => string): string {
  return parts.map((part) => (typeof part === 'string' ? part : valueOf(part))).join('');
}

function partsOf({ library }: Program, template: string): readonly Part[] {
  const parts: Part[] = [];
  let taken = 0;
  for (const found of template.matchAll(reference)) {
    const [written, dollar, digits, name] = found;
    const part = dollar ?? groupNumber(library, digits ?? name ?? '');
    parts.push(template.slice(taken, found.index), part);
    taken = found.index + written.length;
  }
  return [...parts, template.slice(taken)];
}

function groupNumber(library: Program['library'], name: string): number {
  const group = /^\d+$/u.test(name) ? Number(name) : library.namedGroups()[name];
  if (group === undefined || group > library.groupCount())
    throw new PatternProblem(`the pattern has no group $${name}`);
  return group;
}
