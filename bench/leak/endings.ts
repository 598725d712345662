import { ask, type Door, type Reception } from './client.ts';
import { chatStreams } from './chat-places.ts';
import { piecesOf, type Write, writesOf } from './cuts.ts';
import { callFor } from './journey.ts';
import { readFields } from './fields.ts';
import { type Exposure, worstExposure } from './judge.ts';
import { spell, type StreamPlace } from './place.ts';
import { responsesStreams } from './responses-places.ts';
import type { ScriptedUpstream } from './scripted-upstream.ts';
import { type Planted, secrets } from './secrets.ts';
import { readSse } from './sse-record.ts';

// Streams that the provider does not bring to their end. A client must be able to tell, and what might have become a secret
// must not be shown now that nobody will ever know.

export type EndingVerdict =
  | { readonly kind: 'honest'; readonly detail: string }
  | { readonly kind: 'dishonest'; readonly detail: string }
  | ({ readonly kind: 'leaked'; readonly of: number } & Exposure)
  | { readonly kind: 'unserved'; readonly detail: string };

export interface EndingResult {
  readonly group: string;
  readonly how: Ending;
  readonly verdict: EndingVerdict;
}

export const endings = ['connection lost', 'lost inside a secret', 'error event', 'ends unfinished'] as const;
export type Ending = (typeof endings)[number];

const endedPlaces: readonly StreamPlace[] = [...chatStreams, ...responsesStreams].filter(({ id }) =>
  ['content', 'tool arguments', 'completions', 'responses text'].includes(id),
);

const providerError =
  'data: {"error":{"message":"the model went away","type":"server_error","param":null,"code":"overloaded"}}\n\n';

export async function runEndings(upstream: ScriptedUpstream, door: Door): Promise<readonly EndingResult[]> {
  const results: EndingResult[] = [];
  for (const place of endedPlaces) {
    const usual = place.events([]).join('');
    for (const how of endings) {
      for (const planted of secrets.filter(({ id }) => id === 'long e-mail' || id === 'card')) {
        upstream.answerWith({
          path: place.path,
          headers: { 'content-type': 'text/event-stream' },
          writes: await unfinished(place, planted, how),
          ending: how === 'error event' || how === 'ends unfinished' ? 'whole' : 'cut',
        });
        const reception = await ask(door, { path: place.path, body: callFor(place) });
        results.push({ group: `stream: ${place.id}`, how, verdict: judgeEnding(reception, planted, usual) });
      }
    }
  }
  return results;
}

/** The events up to the words before the value, or up to half of the value. */
async function unfinished(place: StreamPlace, planted: Planted, how: Ending): Promise<readonly Write[]> {
  const [before = '', half = ''] = piecesOf(spell(planted, place.spelling), 'in the middle');
  const pieces = how === 'lost inside a secret' ? [before, half] : [before];
  const events = place.events(pieces).slice(0, openingOf(place) + pieces.length);
  return writesOf(how === 'error event' ? [...events, providerError] : events, 'in the middle');
}

/** How many events come before the first piece. */
function openingOf(place: StreamPlace): number {
  const withPiece = place.events(['']);
  return place.events([]).findIndex((event, at) => event !== withPiece[at]);
}

export function judgeEnding(
  { status, text, ending }: Reception,
  planted: Planted,
  usual: string,
): EndingVerdict {
  if (status === 0) return { kind: 'honest', detail: 'connection cut' };
  if (status !== 200)
    return status === 404 ? unserved(status) : { kind: 'honest', detail: `status ${status}` };
  const { documents, hasDone, hasError, hasFinish } = readSse(text);
  const worst = worstExposure({ planted, usual }, { fields: readFields(documents), raw: text });
  if (worst !== undefined) return { kind: 'leaked', of: planted.value.length, ...worst };
  if (hasDone) return { kind: 'dishonest', detail: hasError ? 'error event, then [DONE]' : '[DONE]' };
  if (hasError) return { kind: 'honest', detail: 'error event' };
  if (hasFinish) return { kind: 'dishonest', detail: 'says that it is finished' };
  if (ending === 'cut') return { kind: 'honest', detail: 'connection cut' };
  return { kind: 'dishonest', detail: ending === 'whole' ? 'ends as if it were whole' : 'never ends' };
}

function unserved(status: number): EndingVerdict {
  return { kind: 'unserved', detail: `status ${status}` };
}
