import type { Group } from './cases.ts';
import { ask, type Door, type Reception } from './client.ts';
import { type Cut, piecesOf, writesOf } from './cuts.ts';
import { finishReasons, readSse } from './sse-record.ts';
import { parseJson, readFields } from './fields.ts';
import { everythingIn, type Expectation, judge, judgeHarmless, type Sight, type Verdict } from './judge.ts';
import { type ApiPath, type BodyPlace, type Place, spell } from './place.ts';
import { chatBodies } from './chat-places.ts';
import { responsesBodies } from './responses-places.ts';
import type { Reply, ScriptedUpstream } from './scripted-upstream.ts';
import { harmless, type Planted } from './secrets.ts';

export interface CaseResult {
  readonly group: string;
  readonly cut: Cut;
  readonly secret: string;
  readonly verdict: Verdict;
}

/** Sends each value of a group through the gateway, after a harmless one that has to arrive. */
export async function runGroup(
  upstream: ScriptedUpstream,
  door: Door,
  { id, place, cut, planted }: Group,
): Promise<readonly CaseResult[]> {
  const seen = await travel(upstream, door, { place, cut, planted: harmless });
  const control = judgeHarmless(expectation(place, harmless, ''), seen);
  const usual = everythingIn(seen);
  const results: CaseResult[] = [];
  for (const one of planted) {
    const sight = await travel(upstream, door, { place, cut, planted: one });
    const verdict = settled(judge(expectation(place, one, usual), sight), control);
    results.push({ group: id, cut, secret: one.id, verdict });
  }
  return results;
}

/** What fails for a harmless value too says nothing about secrets; a leak is one whatever else is wrong. */
export function settled(verdict: Verdict, control: Verdict | undefined): Verdict {
  if (verdict.kind === 'leaked' || control === undefined) return verdict;
  return control.kind === 'changed' ? { ...control, withoutSecret: true } : control;
}

function expectation({ holders, companions, spelling }: Place, planted: Planted, usual: string): Expectation {
  return { planted, holders, companions, usual, form: spelling === 'plain' ? 'plain' : 'arguments' };
}

interface Journey {
  readonly place: Place;
  readonly cut: Cut;
  readonly planted: Planted;
}

async function travel(upstream: ScriptedUpstream, door: Door, journey: Journey): Promise<Sight> {
  const { place, cut, planted } = journey;
  const spelled = spell(planted, place.spelling);
  if (place.kind === 'call') return seenByProvider(upstream, door, { place, cut, text: spelled.text });
  const parts =
    place.kind === 'stream'
      ? place.events(piecesOf(spelled, cut))
      : [JSON.stringify(place.body(spelled.text))];
  const type = place.kind === 'stream' ? (place.contentType ?? 'text/event-stream') : 'application/json';
  upstream.answerWith({
    path: place.path,
    headers: { 'content-type': type, ...(cut === 'gzip' ? { 'content-encoding': 'gzip' } : {}) },
    writes: await writesOf(parts, cut),
    ending: 'whole',
  });
  return seenByClient(await ask(door, { path: place.path, body: callFor(place) }), place);
}

/** A call whose answer the case is about. */
export function callFor(place: Place): Readonly<Record<string, unknown>> {
  const stream = place.kind === 'stream';
  const text = 'What does the note say?';
  switch (place.path) {
    case '/chat/completions':
      return { messages: [{ role: 'user', content: text }], ...(stream ? { stream } : {}), ...extras(place) };
    case '/completions':
      return { prompt: text, ...(stream ? { stream } : {}) };
    case '/responses':
      return { input: text, ...(stream ? { stream } : {}) };
  }
}

function extras({ id }: Place): Readonly<Record<string, unknown>> {
  return id === 'second choice' ? { n: 2 } : {};
}

export function seenByClient(
  { status, text, ending }: Reception,
  { kind, path }: Pick<Place, 'kind' | 'path'>,
): Sight {
  if (status !== 200)
    return { fields: readFields([]), raw: text, refusal: `status ${status}`, isComplete: false };
  if (kind !== 'stream') {
    const body = parseJson(text);
    const refusal = finishReasons(body).includes('content_filter') ? 'content_filter' : undefined;
    return { fields: readFields([body]), raw: text, refusal, isComplete: ending === 'whole' };
  }
  const { documents, hasDone, hasError, hasFinish, isFiltered } = readSse(text);
  const refusal = hasError ? 'error event' : isFiltered ? 'content_filter' : undefined;
  const isComplete = ending === 'whole' && hasFinish && (hasDone || path === '/responses');
  return { fields: readFields(documents), raw: text, refusal, isComplete };
}

/** An answer that says nothing of interest. */
export async function plainAnswer(path: ApiPath): Promise<Reply> {
  const place = [...chatBodies, ...responsesBodies].find((one) => one.path === path);
  const body = JSON.stringify(place?.body('No.'));
  return {
    path,
    headers: { 'content-type': 'application/json' },
    writes: await writesOf([body], 'one event'),
    ending: 'whole',
  };
}

interface Sending {
  readonly place: BodyPlace;
  readonly cut: Cut;
  readonly text: string;
}

async function seenByProvider(upstream: ScriptedUpstream, door: Door, sending: Sending): Promise<Sight> {
  const { place, cut, text } = sending;
  upstream.answerWith(await plainAnswer(place.path));
  const { status } = await ask(door, {
    path: place.path,
    body: place.body(text),
    byteByByte: cut === 'every byte',
  });
  const { received } = upstream;
  return {
    fields: readFields(received.slice(-1).map(parseJson)),
    raw: received.join('\n'),
    refusal: received.length === 0 || status !== 200 ? `status ${status}` : undefined,
    isComplete: true,
  };
}
