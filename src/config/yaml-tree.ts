import { type Alias, isAlias, isMap, isScalar, type ParsedNode, type YAMLMap } from 'yaml';
import { formatSetting, type SettingPath } from './path.ts';
import type { Problem } from './problem.ts';

const deepest = 64;
/** Nodes with every alias written out: what validation will walk. */
const mostNodes = 250_000;

const coreTags: ReadonlySet<string> = new Set(
  ['str', 'int', 'float', 'bool', 'null', 'map', 'seq'].map((name) => `tag:yaml.org,2002:${name}`),
);

interface Converted {
  readonly value: unknown;
  readonly size: number;
}

interface Walk {
  readonly anchors: Map<string, Converted & { readonly node: ParsedNode }>;
  readonly aliases: Map<Alias, ParsedNode>;
  readonly problems: Problem[];
}

/**
 * Plain values of a well-formed document, and where each alias leads. Aliases share their value, so a "billion laughs" costs no memory here; the
 * expanded size is counted and bounded for those who walk it. `__proto__` is reported by the schema, never assigned.
 */
export function readTree(root: ParsedNode) {
  const walk: Walk = { anchors: new Map(), aliases: new Map(), problems: [] };
  const { value, size } = convert(root, [], walk);
  if (size > mostNodes) {
    const message = `more than ${mostNodes} values, every alias written out`;
    walk.problems.push({ code: 'E012', path: [], message });
  }
  return { value, aliases: walk.aliases, problems: walk.problems };
}

function convert(node: ParsedNode | null, path: SettingPath, walk: Walk): Converted {
  if (node === null) return { value: null, size: 1 };
  if (isAlias(node)) return follow(node, path, walk);
  checkTag(node, path, walk);
  const converted = path.length >= deepest ? tooDeep(path, walk) : convertPlain(node, path, walk);
  if (node.anchor !== undefined) walk.anchors.set(node.anchor, { ...converted, node });
  return converted;
}

function convertPlain(node: Exclude<ParsedNode, Alias>, path: SettingPath, walk: Walk): Converted {
  if (isScalar(node)) return { value: node.value, size: 1 };
  if (isMap(node)) return convertMap(node, path, walk);
  const items = node.items.map((item, index) => convert(item, [...path, index], walk));
  return { value: items.map(({ value }) => value), size: total(items) };
}

function convertMap(map: YAMLMap.Parsed, path: SettingPath, walk: Walk): Converted {
  const entries = new Map<string, Converted>();
  for (const { key, value } of map.items) {
    const name = keyName(key);
    const place = [...path, name];
    if (name === '<<') walk.problems.push(mergeKey(place, key));
    else if (entries.has(name)) walk.problems.push(duplicateKey(place, key));
    else entries.set(name, convert(value, place, walk));
  }
  const value = Object.fromEntries([...entries].map(([name, entry]) => [name, entry.value]));
  return { value, size: total([...entries.values()]) };
}

/** The parser was told to make every key a string; an alias as a key has no string, and no key is named so. */
export function keyName(key: ParsedNode): string {
  return isScalar(key) ? String(key.value) : '*';
}

/** The name is not repeated: a password that begins with "*" reads as an alias. */
function follow(alias: Alias, path: SettingPath, walk: Walk): Converted {
  const target = walk.anchors.get(alias.source);
  if (target === undefined) {
    walk.problems.push({ code: 'E017', path, message: 'no anchor of this name before this place' });
    return { value: null, size: 1 };
  }
  walk.aliases.set(alias, target.node);
  return target;
}

function checkTag(node: Exclude<ParsedNode, Alias>, path: SettingPath, walk: Walk): void {
  if (node.tag === undefined || coreTags.has(node.tag)) return;
  const suggestion = 'write the value without a tag';
  walk.problems.push({ code: 'E016', path, message: 'a tag that is not accepted', suggestion });
}

function tooDeep(path: SettingPath, walk: Walk): Converted {
  walk.problems.push({ code: 'E012', path, message: `nested deeper than ${deepest} levels` });
  return { value: null, size: 1 };
}

function duplicateKey(path: SettingPath, key: ParsedNode): Problem {
  const name = formatSetting(path.slice(-1));
  return {
    code: 'E007',
    path,
    message: `the key "${name}" is given twice`,
    suggestion: 'keep one of the two',
    offset: key.range[0],
  };
}

function mergeKey(path: SettingPath, key: ParsedNode): Problem {
  return {
    code: 'E017',
    path,
    message: 'merge keys are not supported',
    suggestion: 'write the keys out, or use an alias as a whole value',
    offset: key.range[0],
  };
}

function total(parts: readonly { readonly size: number }[]): number {
  return parts.reduce((sum, { size }) => sum + size, 1);
}
