import assert from 'node:assert/strict';
import { test } from 'node:test';
import { exchangeSpans } from '../../src/telemetry/exchange-spans.ts';
import type { FinishedAttempt, FinishedExchange } from '../../src/record/finished-exchange.ts';
import type { FinishedQuestion } from '../../src/record/finished-question.ts';
import type { TracedExchange } from '../../src/telemetry/traced-exchange.ts';
import { finished } from './finished.ts';

const trace = {
  traceId: '0af7651916cd43dd8448eb211c80319c',
  spanId: 'b7ad6b7169203331',
  parentId: undefined,
  flags: 1,
  state: undefined,
  isSampled: true,
  passedOn: undefined,
};

function traced(about: Partial<FinishedExchange>, more: Partial<TracedExchange> = {}): TracedExchange {
  return {
    finished: finished(about),
    trace,
    arrivedAt: 1000,
    method: 'POST',
    path: '/v1/chat/completions',
    route: '/v1/chat/completions',
    serves: 'chat',
    host: '127.0.0.1:41002',
    httpVersion: '1.1',
    userAgent: undefined,
    sentStatus: 200,
    call: undefined,
    answer: undefined,
    attempts: [],
    questions: [],
    decidedAt: [],
    screenedAt: [],
    ...more,
  };
}

const errors: readonly (readonly [
  about: Partial<FinishedExchange>,
  sent: number,
  type: unknown,
  isError: boolean,
])[] = [
  [{}, 200, undefined, false],
  [{ status: 429 }, 429, undefined, false],
  [{ status: 500 }, 500, '500', true],
  [{ code: 'input_blocked', verdict: 'deny', status: 409 }, 409, undefined, false],
  [{ code: 'output_blocked', verdict: 'deny', aborted: 'policy' }, 200, undefined, false],
  [{ code: 'request_malformed', status: 400 }, 400, undefined, false],
  [{ code: 'client_closed', status: 499, aborted: 'client' }, 200, 'client_closed', false],
  [{ code: 'upstream_timeout', status: 504 }, 504, 'upstream_timeout', true],
  [{ code: 'upstream_cut_off', aborted: 'upstream' }, 200, 'upstream_cut_off', true],
  [{ code: 'policy_failed', status: 500 }, 500, 'policy_failed', true],
];
for (const [about, sentStatus, type, isError] of errors) {
  test(`the span of an exchange that ended with ${about.code ?? about.status ?? 200}`, () => {
    const [span] = exchangeSpans(traced(about, { sentStatus }), 128);

    assert.equal(span?.attributes['error.type'], type);
    assert.equal(span?.isError, isError);
  });
}

const results: readonly (readonly [Pick<FinishedAttempt, 'result' | 'outcome'>, unknown, boolean])[] = [
  [{ result: 200, outcome: 'success' }, undefined, false],
  [{ result: 404, outcome: 'success' }, '404', true],
  [{ result: 503, outcome: 'failure' }, '503', true],
  [{ result: 'upstream_timeout', outcome: 'failure' }, 'upstream_timeout', true],
  [{ result: 'client_closed', outcome: 'void' }, 'client_closed', false],
];
for (const [ended, type, isError] of results) {
  test(`the span of an attempt that ended with ${ended.result}`, () => {
    const span = { id: 'aaaaaaaaaaaaaaaa', startedAt: 1002, firstChunkMs: 1.5 };
    const target = { target: 't', provider: 'mistral', model: 'm', origin: 'https://api.example' };
    const attempts = [{ ...ended, ...target, durationMs: 3, span }];
    const [, made] = exchangeSpans(traced({ startedAt: 5000 }, { attempts }), 128);

    assert.equal(made?.attributes['error.type'], type);
    assert.equal(made?.isError, isError);
    assert.deepEqual([made.start, made.end], [5002, 5005]);
    assert.equal(made.attributes['gen_ai.provider.name'], 'mistral_ai');
    assert.equal(made.attributes['gen_ai.response.time_to_first_chunk'], 0.0015);
  });
}

const hosts: readonly (readonly [host: string | undefined, address: unknown, port: unknown])[] = [
  ['localhost:41002', 'localhost', 41002],
  ['localhost', 'localhost', 80],
  ['[::1]:41002', '::1', 41002],
  ['a:b:c', undefined, undefined],
  ['evil/path', undefined, undefined],
  [undefined, undefined, undefined],
];
for (const [host, address, port] of hosts) {
  test(`the server of ${host ?? 'no host at all'}`, () => {
    const [span] = exchangeSpans(traced({}, { host }), 128);

    assert.deepEqual([span?.attributes['server.address'], span?.attributes['server.port']], [address, port]);
  });
}

test('a path, a model and a method that a client made up are cut and named in no span', () => {
  const odd = 'x'.repeat(100_000);
  const [span] = exchangeSpans(
    traced({ requestedModel: odd }, { path: odd, route: undefined, method: odd, userAgent: odd }),
    128,
  );

  assert.equal(span?.name, 'HTTP');
  assert.equal(span.attributes['http.request.method'], '_OTHER');
  assert.ok(JSON.stringify(span).length < 3000);
});

test('events have a limit; verdicts come before the matches they rest on', () => {
  const decision = {
    policy: 'p',
    result: 'flag',
    direction: 'request',
    path: 'f',
    start: 0,
    end: 1,
  } as const;
  const decisions = Array.from({ length: 300 }, (_, at) => ({ ...decision, rule: `r${at}`, digest: 'd' }));
  const evaluations = [{ policy: 'p', result: 'flag', durationMs: 1 }] as const;
  const [span] = exchangeSpans(traced({ decisions, evaluations }, { screenedAt: [1010] }), 20);

  const rules = span?.events.map(({ attributes }) => attributes['keeptrusts.policy.rule']);
  assert.equal(rules?.length, 20);
  assert.deepEqual([rules[0], rules[18], rules[19]], ['r0', 'r18', undefined]);
});

const question: FinishedQuestion = {
  url: 'http://analyzer:3000/base/analyze',
  outcome: 'success',
  error: undefined,
  texts: 3,
  startedAt: 1020,
  durationMs: 7,
  spanId: '00f067aa0ba902b7',
};

test('a question to an adviser is a client span of its own', () => {
  const [server, span] = exchangeSpans(traced({}, { questions: [question] }), 128);

  assert.ok(server && span);
  assert.deepEqual(
    [span.kind, span.name, span.spanId, span.parentId, span.isError],
    ['client', 'POST /base/analyze', question.spanId, server.spanId, false],
  );
  assert.deepEqual([span.start - server.start, span.end - span.start], [20, 7]);
  assert.deepEqual(span.attributes, {
    'http.request.method': 'POST',
    'url.full': question.url,
    'server.address': 'analyzer',
    'server.port': 3000,
    'http.response.status_code': 200,
    'error.type': undefined,
    'keeptrusts.outcome': 'success',
    'keeptrusts.texts': 3,
  });
});

const questionEndings = [
  ['failure', '500', 500, true],
  ['failure', 'ECONNREFUSED', undefined, true],
  ['timeout', 'timeout', undefined, true],
  ['void', 'exchange_over', undefined, false],
] as const;
for (const [outcome, error, status, isError] of questionEndings) {
  test(`the span of a question that ended with ${error}`, () => {
    const questions = [{ ...question, outcome, error }];
    const [, span] = exchangeSpans(traced({}, { questions }), 128);

    assert.equal(span?.isError, isError);
    assert.equal(span?.attributes['error.type'], error);
    assert.equal(span?.attributes['http.response.status_code'], status);
  });
}
