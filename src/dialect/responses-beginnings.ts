import type { JsonObject } from '../json/scan.ts';
import { member, stringValue } from '../json/scan.ts';
import { formatBodyPath } from './path.ts';
import type { TextSite } from './texts.ts';

/** The deltas that go on with what an item held when it was added. */
const itemDeltas: ReadonlyMap<string, string> = new Map([
  ['function_call arguments', 'function_call_arguments'],
  ['mcp_call arguments', 'mcp_call_arguments'],
  ['custom_tool_call input', 'custom_tool_call_input'],
  ['code_interpreter_call code', 'code_interpreter_call_code'],
]);

/** A part as its deltas name it: those of a summary have another name than the part itself. */
const partDeltas: ReadonlyMap<string, string> = new Map([
  ['output_text', 'output_text'],
  ['refusal', 'refusal'],
  ['reasoning_text', 'reasoning_text'],
  ['summary_text', 'reasoning_summary_text'],
]);

/** Where in an item a text stands, as the place of its deltas: `output[1.` and on. */
interface EventPlace {
  readonly item: string;
  readonly whole: string;
}

/**
 * The channel that a text of an `.added` event begins: clients append the deltas to it. Nearly always it is empty;
 * undefined where no delta goes on with it.
 */
export function channelBegun(
  site: TextSite,
  place: EventPlace,
  text: string,
  root: JsonObject,
): string | undefined {
  const path = formatBodyPath(site.path);
  if (path === 'part.text' || path === 'part.refusal') {
    const delta = partDeltas.get(typeOf(text, root, 'part'));
    return delta === undefined ? undefined : `${place.whole}response.${delta}.delta`;
  }
  const item = typeOf(text, root, 'item');
  const [, list, at, key] = /^item\.(?:(content|summary)\[(\d+)\]\.)?(\w+)$/.exec(path) ?? [];
  if (list === 'summary') return `${place.item}.${at}].response.reasoning_summary_text.delta`;
  if (list === 'content') {
    const delta = key === 'refusal' ? key : item === 'reasoning' ? 'reasoning_text' : 'output_text';
    return `${place.item}${at}.].response.${delta}.delta`;
  }
  const delta = itemDeltas.get(`${item} ${key}`);
  return delta === undefined ? undefined : `${place.item}.].response.${delta}.delta`;
}

function typeOf(text: string, root: JsonObject, key: string): string {
  const node = member(root, key);
  const type = node?.kind === 'object' ? member(node, 'type') : undefined;
  return type?.kind === 'string' ? stringValue(text, type) : '';
}
