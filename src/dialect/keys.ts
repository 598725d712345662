import type { Role } from '../policy/policy.ts';

/** What the strings under a key of the outermost object are, where no message says its own role. */
export const rootRoles: ReadonlyMap<string, Role> = new Map<string, Role>([
  ['messages', 'user'],
  ['prompt', 'user'],
  ['input', 'user'],
  ['suffix', 'user'],
  ['instructions', 'system'],
  ['system', 'system'],
  ['prediction', 'assistant'],
  ['documents', 'tool'],
  ['tools', 'definition'],
  ['functions', 'definition'],
  ['response_format', 'definition'],
  ['text', 'definition'],
  ['tool_choice', 'definition'],
  ['guided_json', 'definition'],
]);

/** Roles as a message writes them. */
export const messageRoles: ReadonlyMap<string, Role> = new Map<string, Role>([
  ['system', 'system'],
  ['developer', 'developer'],
  ['user', 'user'],
  ['assistant', 'assistant'],
  ['tool', 'tool'],
  ['function', 'tool'],
]);

/** Keys that bear text in some API of the family. A string under any other key is judged as role `other`. */
export const textKeys: ReadonlySet<string> = new Set([
  'content',
  'text',
  'refusal',
  'reasoning',
  'reasoning_content',
  'thinking',
  'arguments',
  'name',
  'description',
  'input',
  'output',
  'output_text',
  'instructions',
  'prompt',
  'suffix',
  'summary',
  'transcript',
  'delta',
  'title',
  'code',
  'logs',
  'quote',
  'query',
  'queries',
  'commands',
  'command',
  'diff',
  'filename',
  'stdout',
  'stderr',
  'thought',
]);

/**
 * Containers whose keys are the app's own words: a schema, the variables of a prompt, the arguments of a tool. A model
 * may be shown all of it, so nothing inside is exempt, and a key may be written as it likes.
 */
export const openKeys: ReadonlySet<string> = new Set([
  'parameters',
  'schema',
  'input_schema',
  'guided_json',
  'variables',
  'arguments',
  'input',
  'metadata',
  'chat_template_kwargs',
]);

/** The words of JSON Schema that name a type: the one string of a schema that is no text. */
export const schemaTypes: ReadonlySet<string> = new Set([
  'string',
  'number',
  'integer',
  'boolean',
  'object',
  'array',
  'null',
]);

/** Keys of this form are names, not text. Any other key of an open container is judged. */
export const namePattern = /^[A-Za-z_$][\w$.-]{0,63}$/;

/**
 * Strings that are no text: identifiers, addresses, enumerations and what the provider must get unchanged. A rewrite
 * there would break the call, and no model reads them. An object or array under such a key is something else, and judged.
 */
export const exemptKeys: ReadonlySet<string> = new Set([
  'id',
  'object',
  'type',
  'role',
  'model',
  'user',
  'safety_identifier',
  'prompt_cache_key',
  'tool_call_id',
  'call_id',
  'item_id',
  'response_id',
  'previous_response_id',
  'file_id',
  'container_id',
  'conversation',
  'service_tier',
  'finish_reason',
  'status',
  'system_fingerprint',
  'encrypted_content',
  'url',
  'image_url',
  'file_url',
  'video_url',
  'server_url',
  'obfuscation',
  'embedding',
  'signature',
  'file_data',
  'b64_json',
  'partial_image_b64',
]);

/** Enumerations that providers write into every event of an answer; joined they would be endless words. */
export const exemptInAnswers: ReadonlySet<string> = new Set(['format']);

/** What spells the text of an answer token by token. */
export const spellingKeys: ReadonlySet<string> = new Set([
  'logprobs',
  'token_ids',
  'output_ids',
  'output_token_logprobs',
  'output_top_logprobs',
]);

/** Lists whose items are parts of one text. */
export const partLists: ReadonlySet<string> = new Set([
  'content',
  'reasoning',
  'reasoning_content',
  'reasoning_details',
  'summary',
  'thinking',
]);

/** Lists of identifiers. */
export const exemptLists: ReadonlySet<string> = new Set(['vector_store_ids']);

/** Binary content: nothing here can be judged, and the exchange says so. */
export const opaqueKeys: ReadonlyMap<string, string> = new Map([
  ['image_url', 'image'],
  ['input_audio', 'audio'],
  ['audio', 'audio'],
  ['file_data', 'file'],
  ['file_id', 'file'],
  ['file_url', 'file'],
  ['video_url', 'video'],
  ['b64_json', 'image'],
  ['partial_image_b64', 'image'],
]);

/** Keys that steer the call. Written otherwise (`Model`), some providers' parsers would still read them. */
const steeringKeys = [
  'messages',
  'stream',
  'n',
  'tools',
  'functions',
  'stream_options',
  'include_usage',
  'background',
  'max_tokens',
  'max_completion_tokens',
  'max_output_tokens',
  'tool_calls',
  'function_call',
  'function',
];

/** Every key that a differently-cased spelling must not imitate. */
export const guardedKeys: ReadonlySet<string> = new Set([
  ...steeringKeys,
  ...textKeys,
  ...rootRoles.keys(),
  'role',
  'type',
  'model',
]);

/** Case folding as the laxest parsers do it: U+017F reads as s, U+212A as k. */
export function foldKey(key: string): string {
  return key.toUpperCase().toLowerCase();
}

const longestGuarded = Math.max(...[...guardedKeys].map((key) => key.length));

/** The guarded key that this one is another spelling of. A glance tells for nearly all that there is none. */
export function imitatedKey(key: string): string | undefined {
  if (key.length > longestGuarded || !mayImitate(key)) return undefined; // no fold makes a text shorter
  const folded = foldKey(key);
  return folded !== key && guardedKeys.has(folded) ? folded : undefined;
}

// Guarded keys are small ASCII letters and underscores, and no fold makes one of them from any other ASCII character.
function mayImitate(key: string): boolean {
  let isFolded = true;
  for (let at = 0; at < key.length; at += 1) {
    const code = key.charCodeAt(at);
    if ((code >= 97 && code <= 122) || code === 95) continue;
    if (code < 65 || (code > 90 && code < 128)) return false;
    isFolded = false;
  }
  return !isFolded;
}
