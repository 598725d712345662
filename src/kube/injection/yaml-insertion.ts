import {
  isAlias,
  isCollection,
  isMap,
  isPair,
  isScalar,
  isSeq,
  type Pair,
  parseDocument,
  type Scalar,
  stringify,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml';
import { type Addition, stepsOf } from './json-patch.ts';

/** A change of a text: what stands between two offsets gives way. */
interface Change {
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

const indentation = 2;

/**
 * The text of a YAML document with one addition made. Every other byte stays. Undefined where it cannot be made in the
 * text alone.
 */
export function insertInto(text: string, { path, value }: Addition): string | undefined {
  const document = parseDocument(text, { keepSourceTokens: true, merge: true });
  const steps = stepsOf(path);
  const last = steps.at(-1) ?? '';
  let node: unknown = document.contents;
  let above: unknown;
  for (const step of steps.slice(0, -1)) {
    const next = isMap(node) ? pairOf(node, step)?.value : isSeq(node) ? node.items[Number(step)] : undefined;
    if (isAlias(next)) {
      // An addition is meant for this place alone: what the alias stands for is written out here.
      const change = valueOf(text, node, [next.range, next.resolve(document)?.toJS(document)]);
      return change && insertInto(changed(text, change), { op: 'add', path, value });
    }
    [above, node] = [node, next];
  }
  const change = changeIn(text, { above, node }, [last, value]);
  return change && changed(text, change);
}

function changeIn(
  text: string,
  { above, node }: { readonly above: unknown; readonly node: unknown },
  [last, value]: readonly [string, unknown],
): Change | undefined {
  if (isCollection(node) && node.items.length === 0) {
    const change = valueOf(text, above, [node.range, isMap(node) ? { [last]: value } : [value]]);
    if (change !== undefined) return change;
  }
  if (isMap(node)) return intoMap(text, node, [last, value]);
  return isSeq(node) ? intoList(text, node, [Number(last), value]) : undefined;
}

function changed(text: string, { from, to, text: by }: Change): string {
  return text.slice(0, from) + by + text.slice(to);
}

/** Another value in the place of one that a map in lines has. */
function valueOf(
  text: string,
  map: unknown,
  [range, value]: readonly [readonly [number, number, number] | null | undefined, unknown],
): Change | undefined {
  if (range === undefined || range === null || !isMap(map) || map.flow === true) return undefined;
  const by = block(value, columnOf(text, map) + indentation);
  return { from: beforeSpaces(text, range[0]), to: range[1], text: by };
}

function pairOf(map: YAMLMap, key: string): Pair | undefined {
  return map.items.find((item) => isPair(item) && isScalar(item.key) && item.key.value === key);
}

function intoMap(text: string, map: YAMLMap, [key, value]: readonly [string, unknown]): Change | undefined {
  const pair = pairOf(map, key);
  if (map.flow === true)
    return pair === undefined
      ? intoFlow(text, map, [map.items.length, `${JSON.stringify(key)}: ${flow(value)}`])
      : undefined;
  const column = columnOf(text, map);
  if (pair !== undefined)
    return isWord(pair.value) ? valueOf(text, map, [pair.value.range, value]) : undefined;
  const end = endOf(text, map);
  if (end === undefined) return undefined;
  return { from: end, to: end, text: lines(text, end, indented(stringified({ [key]: value }), column)) };
}

/** What is replaced can be no more than a word, or nothing. */
function isWord(value: unknown): value is Scalar {
  return isScalar(value) && value.type !== 'BLOCK_LITERAL' && value.type !== 'BLOCK_FOLDED';
}

function intoList(text: string, list: YAMLSeq, [at, value]: readonly [number, unknown]): Change | undefined {
  if (list.flow === true) return intoFlow(text, list, [at, flow(value)]);
  const token = list.srcToken;
  if (token?.type !== 'block-seq') return undefined;
  const item = indented(stringified([value]), token.indent);
  const first = token.items[at]?.start.find(({ type }) => type === 'seq-item-ind');
  if (at < list.items.length) {
    if (first === undefined) return undefined;
    const from = at === 0 ? startOfLine(text, token.offset) : startOfLine(text, first.offset);
    if (text.slice(from, token.offset).trim() !== '' && at === 0) return undefined;
    return { from, to: from, text: item };
  }
  const end = endOf(text, list);
  return end === undefined ? undefined : { from: end, to: end, text: lines(text, end, item) };
}

function intoFlow(
  text: string,
  { items, range }: YAMLMap | YAMLSeq,
  [at, what]: readonly [number, string],
): Change | undefined {
  if (range === undefined || range === null) return undefined;
  const close = range[1] - 1;
  if (items.length === 0) return { from: range[0] + 1, to: close, text: what };
  if (at === 0) return { from: range[0] + 1, to: range[0] + 1, text: `${what}, ` };
  if (at < items.length || /,\s*$/.test(text.slice(range[0], close))) return undefined;
  const end = range[0] + text.slice(range[0], close).trimEnd().length;
  return { from: end, to: end, text: `, ${what}` };
}

/** Behind the line on which a collection ends; comments and empty lines behind it are not part of it. */
function endOf(text: string, collection: YAMLMap | YAMLSeq): number | undefined {
  const last: unknown = collection.items.at(-1);
  const value: unknown = isPair(last) ? (last.value ?? last.key) : last;
  if (isCollection(value) && !value.flow && value.items.length > 0 && (isMap(value) || isSeq(value)))
    return endOf(text, value);
  const range = isScalar(value) || isAlias(value) || isCollection(value) ? value.range : undefined;
  if (range === undefined || range === null) return undefined;
  const isBlock = isScalar(value) && (value.type === 'BLOCK_LITERAL' || value.type === 'BLOCK_FOLDED');
  if (isBlock) return range[1];
  const feed = text.indexOf('\n', range[1]);
  return feed === -1 ? text.length : feed + 1;
}

function columnOf(text: string, map: YAMLMap): number {
  const [first] = map.items;
  const start = isPair(first) && isScalar(first.key) ? (first.key.range?.[0] ?? 0) : 0;
  return start - startOfLine(text, start);
}

function startOfLine(text: string, offset: number): number {
  return text.lastIndexOf('\n', offset - 1) + 1;
}

function beforeSpaces(text: string, offset: number): number {
  return text.slice(0, offset).trimEnd().length;
}

/** New lines begin on one of their own. */
function lines(text: string, at: number, added: string): string {
  return at > 0 && text[at - 1] !== '\n' ? `\n${added.trimEnd()}` : added;
}

function block(value: unknown, column: number): string {
  if (typeof value !== 'object' || value === null || Object.keys(value).length === 0)
    return ` ${flow(value)}`;
  return `\n${indented(stringified(value), column).trimEnd()}`;
}

function stringified(value: unknown): string {
  return stringify(value, { lineWidth: 0, aliasDuplicateObjects: false });
}

function indented(added: string, column: number): string {
  return added.replaceAll(/^(?=.)/gm, ' '.repeat(column));
}

function flow(value: unknown): string {
  return JSON.stringify(value);
}
