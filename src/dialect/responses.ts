import { GatewayError } from '../errors.ts';
import type { JsonObject } from '../json/scan.ts';
import { member, stringValue } from '../json/scan.ts';
import type { Dialect, ParsedEvent, EventText } from './dialect.ts';
import { numberedErrors } from './error-event.ts';
import { saysError } from './failure.ts';
import { spelling } from './logprobs.ts';
import { formatBodyPath, rootKey } from './path.ts';
import { channelBegun } from './responses-beginnings.ts';
import { systemInInstructions } from './system-message.ts';
import { readTexts, type TextSite } from './texts.ts';
import { readUsage } from './usage.ts';

/** OpenAI responses: https://platform.openai.com/docs/api-reference/responses */
export const responses: Dialect = {
  endpoint: 'responses',
  path: '/responses',
  serves: 'chat',
  answerKey: 'output',
  errors: numberedErrors,
  hasTextAnswer: true,
  asksUsage: false,
  check: refuseBackground,
  systemPlace: systemInInstructions,
  readEvent,
};

/** A background answer is fetched later, past every policy. */
function refuseBackground(text: string, root: JsonObject): void {
  const background = member(root, 'background');
  if (background === undefined || background.kind === 'null') return;
  if (background.kind === 'boolean' && text.startsWith('false', background.start)) return;
  throw new GatewayError(
    'request_unsupported',
    'background: answers fetched later cannot be judged; leave it out',
  );
}

const terminalTypes = new Set(['response.completed', 'response.incomplete', 'response.failed']);
const soundTypes = new Set(['response.audio.delta', 'response.output_audio.delta']);

function readEvent(text: string, root: JsonObject, isJsonAsked = false): ParsedEvent {
  const found = readTexts(text, root, { direction: 'answer', judgeUnknown: true, isJsonAsked });
  const name = word(text, root, 'type');
  const isTerminal = terminalTypes.has(name);
  const isSound = soundTypes.has(name);
  const place = placeOf(text, root);
  const sites = isSound ? found.sites.filter((site) => !isPiece(site)) : found.sites;
  return {
    texts: sites.map((site) =>
      name.endsWith('.added') ? begun(site, text, root) : toEventText(site, name, place),
    ),
    completes: completes(name, place),
    isFinish: false,
    isTerminal,
    isError: name === 'error' || name === 'response.failed' || (name === '' && saysError(text, root)),
    isUsageOnly: false,
    usage: isTerminal ? readUsage(text, root) : undefined,
    uninspected: isSound ? [...found.uninspected, 'audio'] : found.uninspected,
    ...spelling(text, found),
  };
}

// `response.output_text.delta` carries a piece in `delta`; `.done` and `response.completed` repeat the text whole, and
// whole enforcement equals streamed enforcement, so all three agree.
function toEventText(site: TextSite, name: string, place: string): EventText {
  if (name === 'response.failed' && site.node.kind === 'string')
    return { site, channel: unfinishedOutput(formatBodyPath(site.path)) };
  if (!isPiece(site) || site.node.kind !== 'string') return { site, channel: undefined };
  const inside = site.path.parent === undefined ? '' : `.${formatBodyPath(site.path)}`;
  const piece = name.includes('arguments') ? ({ ...site, form: 'json' } as const) : site;
  return { site: piece, channel: `${place}${name}${inside}` };
}

function begun(site: TextSite, text: string, root: JsonObject): EventText {
  if (site.text === '' || site.node.kind !== 'string') return { site, channel: undefined };
  const place = { item: itemOf(text, root), whole: placeOf(text, root) };
  return { site, channel: channelBegun(site, place, text, root) };
}

// What a failed response repeats may have stopped anywhere: it is no whole text but a field that broke off.
function unfinishedOutput(path: string): string | undefined {
  return path.startsWith('response.output') ? path : undefined;
}

/** `delta` is a piece, and so is all within it where it is no string. */
function isPiece({ path }: TextSite): boolean {
  return rootKey(path) === 'delta';
}

function placeOf(text: string, root: JsonObject): string {
  const others = root.members.filter(({ key }) => key.endsWith('_index') && !placeIndexes.has(key));
  const more = others.map(({ key }) => ` ${key} ${number(text, root, key)}`).join('');
  return `${itemOf(text, root)}${number(text, root, 'content_index')}.${number(text, root, 'summary_index')}${more}].`;
}

const placeIndexes: ReadonlySet<string> = new Set(['output_index', 'content_index', 'summary_index']);

/** The item, by its index; servers that leave that out say its id. */
function itemOf(text: string, root: JsonObject): string {
  return `output[${number(text, root, 'output_index') || word(text, root, 'item_id')}.`;
}

function completes(name: string, place: string): readonly string[] {
  if (terminalTypes.has(name)) return ['output['];
  if (name === 'response.output_item.done') return [place.slice(0, place.indexOf('.') + 1)];
  return name.endsWith('.done') ? [`${place}${name.slice(0, -'done'.length)}delta`] : [];
}

function number(text: string, root: JsonObject, key: string): string {
  const node = member(root, key);
  return node?.kind === 'number' ? text.slice(node.start, node.end) : '';
}

function word(text: string, root: JsonObject, key: string): string {
  const node = member(root, key);
  return node?.kind === 'string' ? stringValue(text, node) : '';
}
