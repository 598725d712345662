import { type JsonNode, type JsonObject, member, stringValue } from '../json/scan.ts';
import { errorStatus, objectAt } from './error-status.ts';

/** What a provider says instead of an answer. */
export interface ProviderError {
  /** The HTTP status it has, or would have had. */
  readonly status: number;
  /** JSON with the error under `error`, where every client looks for it. */
  readonly body: string;
}

/** Whether an event reports a failure: `error` with anything in it (some say it beside an empty choice), or that it is one. */
export function saysError(text: string, root: JsonObject): boolean {
  return hasError(text, root) || says(text, root, 'object', 'error') || says(text, root, 'type', 'error');
}

/** The object of a document: itself, or the only one in a list, as some providers wrap their errors. */
export function objectOf(root: JsonNode | undefined): JsonObject | undefined {
  const only = root?.kind === 'array' && root.items.length === 1 ? root.items[0] : root;
  return only?.kind === 'object' ? only : undefined;
}

/** The error in a document that is no answer; undefined where it says nothing of one. */
export function readError(text: string, root: JsonObject): ProviderError | undefined {
  const error = member(root, 'error');
  if (error !== undefined && hasError(text, root))
    return { status: errorStatus(text, [error, root]), body: text.slice(root.start, root.end) };
  const response = objectAt(root, 'response');
  const nested = response === undefined ? undefined : objectAt(response, 'error');
  if (nested !== undefined) return under(text, nested);
  return isErrorItself(text, root) ? under(text, root) : undefined;
}

/** The same of a document that can be nothing else: a message alone says it too. */
export function saidError(text: string, root: JsonObject): ProviderError | undefined {
  return (
    readError(text, root) ?? (member(root, 'message')?.kind === 'string' ? under(text, root) : undefined)
  );
}

/** An event that is named `error`, whatever is in it. */
export function namedError(text: string, root: JsonNode | undefined): ProviderError {
  if (root?.kind === 'object') return readError(text, root) ?? under(text, root);
  return plainError(root?.kind === 'string' ? stringValue(text, root) : text);
}

function plainError(message: string): ProviderError {
  const error = { message, type: 'upstream_error', code: null, param: null };
  return { status: 502, body: JSON.stringify({ error }) };
}

function under(text: string, error: JsonObject): ProviderError {
  return {
    status: errorStatus(text, [error]),
    body: `{"error":${text.slice(error.start, error.end)}}`,
  };
}

function hasError(text: string, root: JsonObject): boolean {
  const error = member(root, 'error');
  switch (error?.kind) {
    case 'object':
      return error.members.length > 0;
    case 'array':
      return error.items.length > 0;
    case 'string':
      return stringValue(text, error) !== '';
    case 'boolean':
      return text.startsWith('true', error.start);
    case 'number':
    case 'null':
    case undefined:
      return false;
  }
}

/** `{"object":"error",…}` of some servers, `{"type":"error",…}`, `{"detail":…}` of web frameworks, `{"message","code"}` of gateways. */
function isErrorItself(text: string, root: JsonObject): boolean {
  if (says(text, root, 'object', 'error') || says(text, root, 'type', 'error')) return true;
  if (says(text, root, 'type', 'response.failed') || says(text, root, 'status', 'failed')) return true;
  if (isSomething(member(root, 'detail')) || isSomething(member(root, 'errors'))) return true;
  return member(root, 'message')?.kind === 'string' && isCoded(root);
}

const codeKeys = ['code', 'status', 'status_code', 'statusCode', 'error_code', 'error_type'];

function isCoded(root: JsonObject): boolean {
  return codeKeys.some((key) => member(root, key) !== undefined);
}

function isSomething(node: JsonNode | undefined): boolean {
  if (node?.kind === 'array') return node.items.length > 0;
  return node?.kind === 'object' || (node?.kind === 'string' && node.end - node.start > 2);
}

function says(text: string, root: JsonObject, key: string, word: string): boolean {
  const node = member(root, key);
  return node?.kind === 'string' && stringValue(text, node) === word;
}
