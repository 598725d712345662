import { chat } from '../support/raw-client.ts';
import { chatAnswer } from '../support/upstream.ts';
import { bodyLimit, type Draw, plan } from './draw.ts';
import type { Plan } from './plan.ts';
import type { Random } from './random.ts';
import { inputDenied, leavesEarly, leavesSending, refused } from './refused-calls.ts';
import * as streamed from './streamed-calls.ts';
import * as whole from './whole-calls.ts';

const unread = { endpoint: 'other', requestBytes: 0 } as const;
const noBody = { body: undefined } as const;
const models = { method: 'GET', path: '/v1/models', body: undefined } as const;
const modelsFacts = { endpoint: 'models', target: 'none' } as const;

/** Every sort of call with its share of the script. */
const draws: readonly (readonly [number, Draw])[] = [
  [20, whole.wholeChat],
  [20, streamed.stream],
  [6, whole.redacted],
  [6, streamed.streamRedacted],
  [4, streamed.streamWithoutUsage],
  [3, whole.withoutUsage],
  [3, whole.withImage],
  [4, whole.passedRefusal],
  [4, whole.allBusy],
  [4, whole.allBroken],
  [3, whole.unjudgeable],
  [1, whole.silentThenFallback],
  [5, whole.completion],
  [5, whole.embedding],
  [5, whole.response],
  [5, streamed.brokenStream('cut', 'upstream_cut_off', 'upstream')],
  [1, streamed.brokenStream('silence', 'upstream_timeout', 'timeout')],
  [4, streamed.streamErrorEvent],
  [5, streamed.streamDenied],
  [4, whole.wholeDenied],
  [5, inputDenied],
  [4, leavesEarly],
  [4, leavesSending],
  [5, streamed.leavesStream],
  [2, refused({ body: '{"model":"m",' }, 'request_malformed', 400)],
  [2, refused({ body: '{"messages":[],"messages":[]}' }, 'request_malformed', 400)],
  [
    2,
    refused({ body: chat('x'.repeat(bodyLimit)), expected: { requestBytes: 0 } }, 'request_too_large', 413),
  ],
  [2, refused({ path: '/v1/files', expected: unread }, 'no_route', 404)],
  [2, refused({ ...noBody, method: 'GET', expected: unread }, 'method_not_allowed', 405)],
  [2, refused({ headers: { origin: 'http://evil.example' }, expected: unread }, 'origin_refused', 403)],
  [
    2,
    refused(
      { headers: { 'content-encoding': 'gzip' }, expected: { requestBytes: 0 } },
      'encoding_unsupported',
      415,
    ),
  ],
  [
    2,
    refused({ ...models, path: '/v1/models/none', expected: { endpoint: 'models' } }, 'model_not_found', 404),
  ],
  [2, (_random, id) => plan(id, { ...models, expected: modelsFacts })],
  [2, (_random, id) => plan(id, { ...models, method: 'HEAD', expected: modelsFacts })],
];

/** So many calls, each sort at least once. The same seed gives the same script. */
export function drawScript(random: Random, length: number): readonly Plan[] {
  const wheel = draws.flatMap(([share, draw]) => Array.from({ length: share }, () => draw));
  return Array.from({ length }, (_, at) => (draws[at]?.[1] ?? random.pick(wheel))(random, `call-${at}`));
}

/** Calls that stay in flight until their provider may answer, and calls beyond what may be in flight. */
export function drawOverload(
  count: number,
  beyond: number,
): { held: readonly Plan[]; refused: readonly Plan[] } {
  const usage = { prompt_tokens: 7, completion_tokens: 3 };
  const act = { kind: 'gated', body: JSON.stringify(chatAnswer({ usage })), outcome: 'success' } as const;
  const expected = { tokens: { input: 7, output: 3, estimated: false } };
  const tooMuch = { ...unread, status: 503, code: 'overloaded', verdict: 'fault', target: 'none' };
  return {
    held: Array.from({ length: count }, (_, at) => plan(`held-${at}`, { acts: { a: act }, expected })),
    refused: Array.from({ length: beyond }, (_, at) => plan(`beyond-${at}`, { expected: tooMuch })),
  };
}
