import { isUtf8 } from 'node:buffer';
import { GatewayError } from '../errors.ts';
import {
  JsonError,
  type JsonLimits,
  type JsonNode,
  type JsonObject,
  member,
  scanJson,
  stringValue,
} from '../json/scan.ts';
import { type Splice, splice } from '../json/splice.ts';
import { longText, type Work } from '../work.ts';
import type { Dialect } from './dialect.ts';
import { asksForJson } from './json-documents.ts';
import { rewriting, type SystemMessage, writeSystem } from './system-message.ts';
import { readTexts, type Texts } from './texts.ts';

/** What the client asked, parsed once; `body` is what it sent, byte for byte. */
export interface Call {
  readonly dialect: Dialect;
  readonly body: Buffer;
  readonly text: string;
  readonly root: JsonObject;
  readonly model: string | undefined;
  readonly isStream: boolean;
  /** The answer is to be a JSON document. */
  readonly isJsonAsked: boolean;
  readonly texts: Texts;
}

export interface CallLimits {
  readonly json: JsonLimits;
  readonly judgeUnknown: boolean;
}

/** Parses a request body. Throws GatewayError `request_malformed` with what to mend. */
export function* readCall(dialect: Dialect, body: Buffer, limits: CallLimits): Work<Call> {
  const isLong = body.length >= longText;
  if (isLong) yield;
  if (!isUtf8(body)) throw new GatewayError('request_malformed', 'the body is not valid UTF-8');
  const text = body.toString('utf8');
  const root = scanObject(text, limits.json);
  if (isLong) yield;
  dialect.check?.(text, root);
  if (dialect.asksUsage) checkStreamOptions(root);
  const texts = readTexts(text, root, { direction: 'call', judgeUnknown: limits.judgeUnknown });
  return {
    dialect,
    body,
    text,
    root,
    model: readModel(text, root),
    isStream: readStream(text, root),
    isJsonAsked: asksForJson(text, root),
    texts,
  };
}

/** What differs between what the client sent and what a target gets. */
export interface CallChanges {
  /** The texts after the policies, in the order of `call.texts.sites`; undefined where none was rewritten. */
  readonly texts: readonly string[] | undefined;
  /** A message that the client did not write. */
  readonly system?: SystemMessage | undefined;
  /** The target's model. */
  readonly model: string;
  readonly asksUsage: boolean;
}

/** The body for one target: the original bytes but for the strings that changed, and what is put in. */
export function writeCall(call: Call, changes: CallChanges): Buffer {
  const splices: Splice[] = [];
  const inserted: string[] = [];
  const { texts, system } = changes;
  if (texts !== undefined || system !== undefined) {
    call.texts.sites.forEach((site, at) => {
      const changed = rewriting(site, texts?.[at] ?? site.text, system);
      if (changed !== undefined) splices.push(changed);
    });
  }
  if (system !== undefined) {
    const written = writeSystem(system);
    splices.push(...written.splices);
    inserted.push(...written.members);
  }
  if (call.model !== changes.model) setModel(call, changes.model, splices, inserted);
  if (changes.asksUsage) askUsage(call, splices, inserted);
  if (inserted.length > 0) splices.push(insertion(call.root, inserted));
  return splices.length === 0 ? call.body : Buffer.from(splice(call.text, splices));
}

/** Whether the client itself asked for the usage chunk of a stream. */
export function asksForUsage(call: Call): boolean {
  const options = member(call.root, 'stream_options');
  if (options?.kind !== 'object') return false;
  const include = member(options, 'include_usage');
  return include?.kind === 'boolean' && call.text.startsWith('true', include.start);
}

function scanObject(text: string, limits: JsonLimits): JsonObject {
  const root = scan(text, limits);
  if (root.kind !== 'object') throw new GatewayError('request_malformed', 'the body must be a JSON object');
  return root;
}

function scan(text: string, limits: JsonLimits): JsonNode {
  try {
    return scanJson(text, limits);
  } catch (cause) {
    if (!(cause instanceof JsonError)) throw cause;
    throw new GatewayError('request_malformed', `the body is not acceptable JSON: ${cause.message}`, {
      cause,
    });
  }
}

function readModel(text: string, root: JsonObject): string | undefined {
  const model = member(root, 'model');
  if (model === undefined || model.kind === 'null') return undefined;
  if (model.kind !== 'string') throw new GatewayError('request_malformed', 'model: expected a string');
  return stringValue(text, model);
}

function readStream(text: string, root: JsonObject): boolean {
  const stream = member(root, 'stream');
  if (stream === undefined || stream.kind === 'null') return false;
  if (stream.kind !== 'boolean')
    throw new GatewayError('request_malformed', 'stream: expected true or false');
  return text.startsWith('true', stream.start);
}

// Set by splice for some targets: a text under one of these would be rewritten twice.
function checkStreamOptions(root: JsonObject): void {
  const options = member(root, 'stream_options');
  if (options === undefined || options.kind === 'null') return;
  if (options.kind !== 'object') {
    throw new GatewayError('request_malformed', 'stream_options: expected an object');
  }
  const include = member(options, 'include_usage');
  if (include === undefined || include.kind === 'null' || include.kind === 'boolean') return;
  throw new GatewayError('request_malformed', 'stream_options.include_usage: expected true or false');
}

function setModel(call: Call, model: string, splices: Splice[], inserted: string[]): void {
  const node = member(call.root, 'model');
  if (node === undefined) inserted.push(`"model":${JSON.stringify(model)}`);
  else splices.push({ start: node.start, end: node.end, replacement: JSON.stringify(model) });
}

function askUsage(call: Call, splices: Splice[], inserted: string[]): void {
  const options = member(call.root, 'stream_options');
  if (options === undefined) inserted.push('"stream_options":{"include_usage":true}');
  else if (options.kind !== 'object') splices.push(replacing(options, '{"include_usage":true}'));
  else {
    const include = member(options, 'include_usage');
    splices.push(
      include === undefined ? insertion(options, ['"include_usage":true']) : replacing(include, 'true'),
    );
  }
}

function replacing(node: JsonNode, replacement: string): Splice {
  return { start: node.start, end: node.end, replacement };
}

function insertion(object: JsonObject, members: readonly string[]): Splice {
  const at = object.start + 1;
  return { start: at, end: at, replacement: members.join(',') + (object.members.length > 0 ? ',' : '') };
}
