import { type Alias, isAlias, isMap, isScalar, isSeq, LineCounter, type ParsedNode } from 'yaml';
import { isSecretKey, looksSecret, type Stretch } from './excerpt.ts';
import type { SettingPath } from './path.ts';
import type { Source } from './problem.ts';
import { keyName } from './yaml-tree.ts';

interface Found {
  readonly key: ParsedNode | undefined;
  readonly value: ParsedNode | null | undefined;
}

/** Finds paths in the parsed text. A path that leads nowhere is placed at the nearest thing above it. */
export function yamlSource(
  text: string,
  root: ParsedNode | null,
  aliases: ReadonlyMap<Alias, ParsedNode>,
): Source {
  const lines = lineCounter(text);
  return {
    text,
    masks: () => secretSpans(root),
    offsetOf: (path, atKey) => offsetOf(find(path, root, aliases), atKey),
    spanOf: (path) => spanOf(find(path, root, aliases)),
    position: (offset) => {
      const { line, col } = lines.linePos(offset);
      return { line, column: col };
    },
  };
}

/** Own line starts: the parser's counter stops where the parser gave up. A lone CR ends no line, as in most editors. */
function lineCounter(text: string): LineCounter {
  const lines = new LineCounter();
  lines.addNewLine(0);
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) lines.addNewLine(at + 1);
  return lines;
}

/** Every step from the root to the path, as far as it exists. */
function find(
  path: SettingPath,
  root: ParsedNode | null,
  aliases: ReadonlyMap<Alias, ParsedNode>,
): readonly Found[] {
  const steps: Found[] = [{ key: undefined, value: root }];
  let node = root;
  for (const part of path) {
    const inside = isAlias(node) ? aliases.get(node) : node;
    const next = step(inside, part);
    if (next === undefined) return [...steps, { key: undefined, value: undefined }];
    steps.push(next);
    node = next.value ?? null;
  }
  return steps;
}

function step(node: ParsedNode | null | undefined, part: string | number): Found | undefined {
  if (isMap<ParsedNode, ParsedNode | null>(node)) {
    const pair = node.items.find(({ key }) => keyName(key) === part);
    return pair === undefined ? undefined : { key: pair.key, value: pair.value };
  }
  if (!isSeq<ParsedNode>(node) || typeof part !== 'number') return undefined;
  const value = node.items[part];
  return value === undefined ? undefined : { key: undefined, value };
}

function offsetOf(steps: readonly Found[], atKey: boolean): number {
  const last = steps.at(-1);
  if (last?.value === undefined) return nearestAbove(steps);
  const empty = isScalar(last.value) && last.value.source === '';
  const chosen = atKey || last.value === null || empty ? (last.key ?? last.value) : last.value;
  return chosen?.range[0] ?? nearestAbove(steps);
}

function nearestAbove(steps: readonly Found[]): number {
  for (const { key, value } of steps.toReversed()) {
    const node = key ?? value;
    if (node !== undefined && node !== null) return node.range[0];
  }
  return 0;
}

function spanOf(steps: readonly Found[]): Stretch | undefined {
  const value = steps.at(-1)?.value;
  return value === undefined || value === null ? undefined : { start: value.range[0], end: value.range[1] };
}

/** Everything below a secret-bearing key, and every scalar that looks like a credential. */
function secretSpans(root: ParsedNode | null): readonly Stretch[] {
  const spans: Stretch[] = [];
  const pending: { node: ParsedNode | null; under: Under }[] = [{ node: root, under: 'plain' }];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { node, under } = next;
    if (isMap<ParsedNode, ParsedNode | null>(node)) {
      for (const { key, value } of node.items)
        pending.push({ node: value, under: below(under, keyName(key)) });
    } else if (isSeq<ParsedNode>(node)) {
      for (const item of node.items) pending.push({ node: item, under });
    } else if (node !== null && (under !== 'plain' || (isScalar(node) && looksSecret(String(node.value))))) {
      spans.push({ start: node.range[0], end: node.range[1] });
    }
  }
  return spans;
}

/** What a value stands below: a secret-bearing key, a reference to a secret, the headers of a target, or none of them. */
type Under = 'secret' | 'reference' | 'headers' | 'plain';

const referenceKeys = new Set(['env', 'file', 'store']);

/** A reference names where a secret is; written as plain text, or under another key, it may be the secret. */
function below(under: Under, key: string): Under {
  if (under === 'secret') return 'secret';
  if (under === 'headers' || key === 'secret_key_ref') return 'reference';
  if (under === 'reference') return referenceKeys.has(key) ? 'plain' : 'secret';
  if (isSecretKey(key)) return 'secret';
  return key === 'headers' ? 'headers' : 'plain';
}
