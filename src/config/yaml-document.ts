import { isUtf8 } from 'node:buffer';
import { type Document, isMap, isSeq, parseAllDocuments, type ParsedNode, type YAMLError } from 'yaml';
import type { SettingPath } from './path.ts';
import type { Problem } from './problem.ts';
import { yamlSource } from './yaml-source.ts';
import { keyName, readTree } from './yaml-tree.ts';

const options = {
  stringKeys: true,
  uniqueKeys: false, // quadratic in the parser; readTree checks it in one pass
  resolveKnownTags: false,
  prettyErrors: false,
  logLevel: 'silent',
} as const;

const kibi = 1024;
const largestBytes = 1024 * kibi;
const largeBytes = 900 * kibi;
const byteOrderMark = '\u{FEFF}';
const whole = { path: [], offset: 0 };

/** The file's bytes as text. Too large or not UTF-8 is an error; the text is then empty, or as far as it could be read. */
export function decodeText(content: string | Uint8Array, problems: Problem[] = []): string {
  const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
  if (bytes.length > largestBytes) {
    const message = `the file has ${bytes.length} bytes; at most ${largestBytes} are read`;
    problems.push({ ...whole, code: 'E012', message });
    return '';
  }
  const raw = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
  const isMarked = raw.startsWith(byteOrderMark);
  if (!isUtf8(bytes)) {
    const offset = Math.max(0, raw.indexOf('\u{FFFD}') - (isMarked ? 1 : 0));
    const suggestion = 'save the file in UTF-8';
    problems.push({ code: 'E014', path: [], message: 'not UTF-8 text', suggestion, offset });
  }
  if (isMarked) {
    const suggestion = 'save the file as UTF-8 without it';
    problems.push({ ...whole, code: 'W104', message: 'begins with a byte order mark', suggestion });
  }
  if (bytes.length > largeBytes) {
    const message = `the file has ${bytes.length} bytes; a ConfigMap and the loader end at ${largestBytes}`;
    problems.push({ ...whole, code: 'W105', message });
  }
  return isMarked ? raw.slice(1) : raw;
}

/**
 * Reads one YAML document: syntax, duplicate keys, tags, anchors. What the values mean is the schema's business. `value`
 * is undefined where the text is too broken to be worth validating.
 */
export function readYaml(text: string, problems: Problem[] = []) {
  const documents: readonly Document.Parsed[] = parseAllDocuments(text, options);
  const document = documents.find(({ contents }) => !isEmpty(contents));
  const root = document?.contents ?? null;
  const broken =
    document === undefined && documents.every(({ errors }) => errors.length === 0)
      ? [noSettings]
      : [
          ...syntaxProblems(documents, root, text.trimEnd().length),
          ...surplus(documents),
          ...directives(documents),
        ];
  problems.push(...broken);
  if (broken.length > 0 || root === null)
    return { value: undefined, source: yamlSource(text, root, new Map()) };
  const { value, aliases, problems: found } = readTree(root);
  problems.push(...found);
  const isUnsafe = found.some(({ code }) => code === 'E012');
  return { value: isUnsafe ? undefined : value, source: yamlSource(text, root, aliases) };
}

function isEmpty(contents: ParsedNode | null): boolean {
  return contents === null || (contents.range[0] === contents.range[1] && contents.tag === undefined);
}

const noSettings: Problem = {
  code: 'E013',
  path: [],
  message: 'the file holds no settings',
  suggestion: 'begin with: pack: {name: …, version: 1.0.0}',
  offset: 0,
};

function surplus(documents: readonly Document.Parsed[]): readonly Problem[] {
  const [, second] = documents.filter(({ contents }) => !isEmpty(contents));
  if (second === undefined) return [];
  const message = 'a second YAML document begins here; a file holds one';
  return [{ code: 'E015', path: [], message, offset: second.contents?.range[0] ?? 0 }];
}

function directives(documents: readonly Document.Parsed[]): readonly Problem[] {
  const isOld = documents.some(
    ({ directives: { yaml } }) => yaml.explicit === true && yaml.version !== '1.2',
  );
  const message = 'only YAML 1.2 is read';
  const suggestion = 'remove the %YAML directive; write true and false, not yes and no';
  return isOld ? [{ code: 'E016', path: [], message, suggestion, offset: 0 }] : [];
}

/** An end that comes too early is shown where the text ends, not on an empty line below. */
function syntaxProblems(
  documents: readonly Document.Parsed[],
  root: ParsedNode | null,
  end: number,
): readonly Problem[] {
  const errors = documents.flatMap((document) => document.errors);
  const byOffset = Map.groupBy(errors, ({ pos }) => Math.min(pos[0], end));
  return [...byOffset].flatMap(([offset, [first]]) =>
    first === undefined ? [] : [syntaxProblem(first, offset, root)],
  );
}

/** The parser's own words, without the piece of source text it may quote: that could be a secret. */
function syntaxProblem(error: YAMLError, offset: number, root: ParsedNode | null): Problem {
  const path = root === null ? [] : pathAt(root, offset);
  const { code } = error;
  if (code === 'RESOURCE_EXHAUSTION') {
    return { code: 'E012', path: [], offset, message: 'nested too deeply to be read' };
  }
  if (code === 'NON_STRING_KEY') return { code: 'E006', path, offset, message: 'a key must be plain text' };
  if (code !== 'TAB_AS_INDENT') return { code: 'E006', path, offset, message: unquoted(error.message) };
  const suggestion = 'indent with spaces';
  return { code: 'E006', path, offset, message: 'a tab cannot indent YAML', suggestion };
}

function unquoted(message: string): string {
  const [first = ''] = message.split('\n');
  const plain = first
    .replace(/: ["'`].*$/, '')
    .replace(/(?:tag|alias|anchor|escape sequence)\b.*$/i, (tail) => tail.split(' ')[0] ?? '');
  return `not well-formed YAML: ${plain.charAt(0).toLowerCase()}${plain.slice(1)}`;
}

/** The keys around an offset: the last entry that begins before it, level by level. */
function pathAt(root: ParsedNode, offset: number): SettingPath {
  const path: (string | number)[] = [];
  for (let inside = enter(root, offset); inside !== undefined; inside = enter(inside.node, offset)) {
    path.push(inside.part);
  }
  return path;
}

function enter(
  node: ParsedNode | null,
  offset: number,
): { part: string | number; node: ParsedNode | null } | undefined {
  if (isMap<ParsedNode, ParsedNode | null>(node)) {
    const pair = node.items.findLast(({ key }) => key.range[0] <= offset);
    return pair === undefined ? undefined : { part: keyName(pair.key), node: pair.value };
  }
  if (!isSeq<ParsedNode>(node)) return undefined;
  const index = node.items.findLastIndex(({ range }) => range[0] <= offset);
  const item = node.items[index];
  return item === undefined ? undefined : { part: index, node: item };
}
