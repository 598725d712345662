import { GatewayError } from '../errors.ts';
import type { JsonArray, JsonNode, JsonObject, JsonString } from '../json/scan.ts';
import { keyNode } from '../json/key-node.ts';
import { parsedJson } from '../json/parsed.ts';
import { member, stringValue } from '../json/scan.ts';
import { type Role, roles, type TextForm } from '../policy/policy.ts';
import * as keys from './keys.ts';
import { isContent } from './contents.ts';
import { JsonDocuments } from './json-documents.ts';
import { formatBodyPath, isTurn, type BodyPath } from './path.ts';

/** One judged string: what it says and where it stands. */
export interface TextSite {
  readonly role: Role;
  readonly form: TextForm;
  readonly path: BodyPath;
  /** A string, or all of a document that is no string. */
  readonly node: JsonString | JsonObject | JsonArray;
  readonly text: string;
}

/** The text as it is written in the place of the site. */
// A rewrite of what stands outside of strings may leave no document: then its text is one string, and the body stays sound.
export function written({ node }: TextSite, text: string): string {
  return node.kind === 'string' || parsedJson(text) === undefined ? JSON.stringify(text) : text;
}

/** All that a body holds for the policies. */
export interface Texts {
  readonly sites: readonly TextSite[];
  /** What could not be judged, for instance `image`; each named once. */
  readonly uninspected: readonly string[];
  /** `logprobs` of an answer, and token ids: they spell the original text, so they go when it is rewritten. */
  readonly logprobs: readonly JsonNode[];
}

interface TextOptions {
  /** Whether strings under unknown keys are judged too. */
  readonly judgeUnknown: boolean;
  /**
   * A call has roles, and its keys must not be look-alikes of those that steer it. All text of an answer is the
   * assistant's, and its pieces name their place by `index`.
   */
  readonly direction: 'call' | 'answer';
  /** Parts without an index go on with the text of the list that they are in: the pieces of a stream. */
  readonly joinsParts?: boolean;
  /** The call asked for JSON: the words of the answer are a JSON document. */
  readonly isJsonAsked?: boolean;
}

/** What holds for everything inside a container. */
interface Scope {
  readonly role: Role;
  /** Its keys are the app's own words: every string in it is text, and no key means anything to the API. */
  readonly isOpen: boolean;
}

function scopes(isOpen: boolean): ReadonlyMap<Role, Scope> {
  return new Map(roles.map((role) => [role, { role, isOpen }]));
}

// Made once: a body of many objects allocates none.
const closed = scopes(false);
const open = scopes(true);

/** The scope of a role's text in the terms of the API. */
function scopeOf(role: Role): Scope {
  return closed.get(role) ?? { role, isOpen: false };
}

/** The same role's text in the app's own terms. */
function opened(scope: Scope): Scope {
  return open.get(scope.role) ?? { role: scope.role, isOpen: true };
}

/** Finds every text-bearing string of a body, whatever its dialect. Linear in the body. */
export function readTexts(text: string, root: JsonNode, options: TextOptions): Texts {
  const walker = new Walker(text, options);
  walker.root(root);
  return walker;
}

class Walker implements Texts {
  readonly sites: TextSite[] = [];
  readonly uninspected: string[] = [];
  readonly logprobs: JsonNode[] = [];
  readonly #text: string;
  readonly #isCall: boolean;
  readonly #judgeUnknown: boolean;
  readonly #joinsParts: boolean;
  readonly #documents: JsonDocuments | undefined;
  /** What the member under way stands in. */
  #inside: JsonObject | undefined;

  constructor(text: string, options: TextOptions) {
    this.#text = text;
    this.#isCall = options.direction === 'call';
    this.#judgeUnknown = options.judgeUnknown;
    this.#joinsParts = options.joinsParts === true;
    this.#documents = options.isJsonAsked === true ? new JsonDocuments(text) : undefined;
  }

  root(root: JsonNode): void {
    const answer = scopeOf('assistant');
    if (root.kind !== 'object') return this.#node(root, 'text', answer, { parent: undefined, key: 'body' });
    this.#documents?.note(root, '');
    for (const { key, value } of root.members) {
      if (this.#isCall) this.#refuseLookAlike(key, undefined);
      if (key === 'metadata') continue;
      const scope = this.#isCall ? scopeOf(keys.rootRoles.get(key) ?? 'other') : answer;
      this.#inside = root;
      this.#member(key, value, scope, undefined);
    }
  }

  #member(key: string, value: JsonNode, scope: Scope, parent: BodyPath | undefined): void {
    if (value.kind === 'number' || value.kind === 'boolean' || value.kind === 'null') return;
    if (scope.isOpen) return this.#node(value, key, scope, { parent, key });
    if (!this.#isCall && keys.spellingKeys.has(key) && value.kind !== 'string') {
      this.logprobs.push(value);
      return;
    }
    const opaque = keys.opaqueKeys.get(key);
    if (opaque !== undefined) this.#noteUninspected(opaque);
    if (value.kind === 'string' && (this.#isExempt(key) || isSound(key, parent))) return;
    if (value.kind === 'array' && keys.exemptLists.has(key)) return;
    this.#node(value, key, scope, { parent, key });
  }

  #isExempt(key: string): boolean {
    return keys.exemptKeys.has(key) || (!this.#isCall && keys.exemptInAnswers.has(key));
  }

  #node(node: JsonNode, key: string, scope: Scope, path: BodyPath): void {
    if (node.kind === 'string') return this.#string(node, key, scope, path);
    if (node.kind !== 'object' && node.kind !== 'array') return;
    if (isDocument(node, scope, path)) this.#document(node, scope, path);
    else if (node.kind === 'object') this.#object(node, this.#scopeIn(node, key, scope, path), path);
    else this.#array(node, key, scope, path);
  }

  #string(node: JsonString, key: string, { role, isOpen }: Scope, path: BodyPath): void {
    const isKnown = isOpen || role === 'definition' || keys.textKeys.has(key);
    if (!isKnown && !this.#judgeUnknown) return;
    const text = stringValue(this.#text, node);
    if (isOpen && key === 'type' && keys.schemaTypes.has(text)) return;
    const isParsed = (key === 'arguments' && !isOpen) || this.#documents?.has(node) === true;
    const form = isParsed ? 'json' : this.#formOf(key, path, isOpen || role === 'definition');
    this.sites.push({ role: isKnown ? role : 'other', form, path, node, text });
  }

  #formOf(key: string, path: BodyPath, isOther: boolean): TextForm {
    const place = isOther ? false : isContent(key, path, this.#isCall);
    if (typeof place === 'boolean') return place ? 'content' : 'plain';
    const type = this.#inside === undefined ? '' : this.#word(this.#inside, 'type');
    return place.has(type) ? 'content' : 'plain';
  }

  /** What a tool is called with, judged as it is where it is a string: with its keys and its numbers. */
  #document(node: JsonObject | JsonArray, { role }: Scope, path: BodyPath): void {
    const text = this.#text.slice(node.start, node.end);
    this.sites.push({ role, form: 'json', path, node, text });
  }

  #scopeIn(node: JsonObject, key: string, scope: Scope, path: BodyPath): Scope {
    if (scope.isOpen) return scope;
    if (this.#isCall && isTurn(path))
      return scopeOf(this.#roleOf(node, scope.role, path.parent?.key === 'input'));
    return keys.openKeys.has(key) ? opened(scope) : scope;
  }

  #object(node: JsonObject, scope: Scope, path: BodyPath): void {
    const { role, isOpen } = scope;
    this.#documents?.note(node, path.key);
    const isStrict = this.#isCall && !isOpen && role !== 'definition';
    for (const one of node.members) {
      const { key, value } = one;
      if (isStrict) this.#refuseLookAlike(key, path);
      else if (isOpen && this.#isCall && !keys.namePattern.test(key)) {
        this.sites.push({ role, form: 'plain', path: { parent: path, key }, node: keyNode(one), text: key });
      }
      if (key === 'result' && this.#isImage(node)) this.#noteUninspected('image');
      else if (key !== 'metadata' || !this.#isEcho(path)) {
        if (value.kind === 'string') this.#inside = node;
        this.#member(key, value, scope, path);
      }
    }
  }

  #array(node: JsonArray, key: string, scope: Scope, path: BodyPath): void {
    const { items } = node;
    for (let i = 0; i < items.length; i += 1) {
      const item = items[i];
      if (item === undefined) continue;
      if (item.kind === 'number') {
        if (this.#isCall && isPrompt(path)) this.#noteUninspected('tokens');
        continue;
      }
      const place = this.#position(item);
      const isJoined = this.#joinsParts && place === undefined && keys.partLists.has(key);
      this.#node(item, key, scope, isJoined ? path : { parent: path, key: place ?? i });
    }
  }

  // Streamed pieces name their place by `index`; the position in the array says nothing there.
  #position(item: JsonNode): number | undefined {
    return this.#isCall || item.kind !== 'object' ? undefined : indexOf(this.#text, item);
  }

  // Asked of turns only: a part of a message that claims a role of its own would choose which policies see it.
  #roleOf(turn: JsonObject, inherited: Role, isItem: boolean): Role {
    const type = isItem ? this.#word(turn, 'type') : '';
    if (type.endsWith('_output')) return 'tool';
    if (type.endsWith('_call') || type === 'reasoning') return 'assistant';
    if (member(turn, 'role') === undefined) return inherited;
    return keys.messageRoles.get(keys.foldKey(this.#word(turn, 'role').trim())) ?? 'other';
  }

  /** Generated images are in the `result` of their call. */
  #isImage(node: JsonObject): boolean {
    return this.#word(node, 'type') === 'image_generation_call';
  }

  /** The object that a responses stream repeats: its `metadata` is the client's own. */
  #isEcho(path: BodyPath): boolean {
    return !this.#isCall && path.key === 'response' && path.parent === undefined;
  }

  #word(node: JsonObject, key: string): string {
    const value = member(node, key);
    return value?.kind === 'string' ? stringValue(this.#text, value) : '';
  }

  #noteUninspected(what: string): void {
    if (!this.uninspected.includes(what)) this.uninspected.push(what);
  }

  #refuseLookAlike(key: string, parent: BodyPath | undefined): void {
    const folded = keys.imitatedKey(key);
    if (folded === undefined) return;
    const where = formatBodyPath({ parent, key });
    throw new GatewayError(
      'request_malformed',
      `${where}: write the key as "${folded}"; parsers disagree about its case`,
    );
  }
}

/** The `index` of an item, which some write as text. */
export function indexOf(text: string, item: JsonObject): number | undefined {
  const index = member(item, 'index');
  if (index?.kind === 'number') return Number(text.slice(index.start, index.end));
  const word = index?.kind === 'string' ? stringValue(text, index) : '';
  return /^\d{1,9}$/.test(word) ? Number(word) : undefined;
}

function isDocument(
  { kind }: JsonObject | JsonArray,
  { role, isOpen }: Scope,
  { key, parent }: BodyPath,
): boolean {
  if (isOpen || role === 'definition' || parent === undefined) return false;
  return key === 'arguments' || (key === 'input' && kind === 'object');
}

/** `input_audio.data`, and the like: noted by the key of its container. */
function isSound(key: string, parent: BodyPath | undefined): boolean {
  return key === 'data' && (parent?.key === 'input_audio' || parent?.key === 'audio');
}

/** `prompt`, `input`, or a list in one of them: numbers there are tokens. */
function isPrompt(path: BodyPath): boolean {
  const list = typeof path.key === 'number' ? path.parent : path;
  return list !== undefined && list.parent === undefined && (list.key === 'prompt' || list.key === 'input');
}
