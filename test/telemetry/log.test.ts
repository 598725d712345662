import assert from 'node:assert/strict';
import { test } from 'node:test';
import { GatewayError } from '../../src/errors.ts';
import type { FinishedExchange } from '../../src/record/finished-exchange.ts';
import { type LogFormat, Logger, type LogLevel } from '../../src/telemetry/log.ts';
import { finished } from './finished.ts';

const at = Date.UTC(2026, 10, 21, 7, 0, 1, 42);

function logger(format: LogFormat = 'json', level: LogLevel = 'info') {
  const lines: string[] = [];
  const log = new Logger({ level, format, now: () => at, write: (line) => lines.push(line) });
  return { log, lines };
}

function parsed(lines: readonly string[]): unknown {
  assert.equal(lines.length, 1);
  return JSON.parse(lines[0] ?? '');
}

test('a line is one JSON object with time, level, target, message and data', () => {
  const { log, lines } = logger();

  log.info('config', 'a "quoted" message\n', { generation: 3, listen: ['a', 'b'], none: undefined });

  assert.deepEqual(parsed(lines), {
    timestamp: '2026-11-21T07:00:01.042Z',
    level: 'info',
    target: 'config',
    message: 'a "quoted" message\n',
    generation: 3,
    listen: ['a', 'b'],
  });
});

test('data cannot stand in for a member of the line', () => {
  const { log, lines } = logger();

  log.warn('config', 'said', { message: 'other', level: 'error', timestamp: 'never' });

  assert.equal(
    lines[0],
    '{"timestamp":"2026-11-21T07:00:01.042Z","level":"warn","target":"config","message":"said"}',
  );
});

test('lines below the level are not written', () => {
  const cases: readonly (readonly [LogLevel, number])[] = [
    ['error', 1],
    ['warn', 2],
    ['info', 4],
    ['debug', 5],
  ];
  for (const [level, count] of cases) {
    const { log, lines } = logger('json', level);
    log.error('t', 'm');
    log.warn('t', 'm');
    log.info('t', 'm');
    log.exchange(finished());
    log.debug('t', 'm');
    assert.equal(lines.length, count, level);
  }
});

test('an error is written with its causes, its code, and no stack where it is a condition', () => {
  const { log, lines } = logger();
  const cause = Object.assign(new Error('connect failed'), { code: 'ECONNREFUSED' });

  log.error(
    'gateway',
    'exchange failed',
    {},
    new GatewayError('upstream_unreachable', 'no answer', { cause }),
  );

  const { error } = JSON.parse(lines[0] ?? '');
  assert.deepEqual(error, {
    errors: [
      { name: 'GatewayError', message: 'no answer', code: 'upstream_unreachable' },
      { name: 'Error', message: 'connect failed', code: 'ECONNREFUSED' },
    ],
  });
});

test('a bug is written with its stack', () => {
  const { log, lines } = logger();

  log.error('gateway', 'exchange failed', {}, new TypeError('x is not a function'));

  assert.match(JSON.parse(lines[0] ?? '').error.stack, /log\.test/);
});

test('the line of an exchange has the names that dashboards know', () => {
  const { log, lines } = logger();

  log.exchange(finished());

  assert.deepEqual(parsed(lines), {
    timestamp: '2026-11-21T07:00:01.042Z',
    level: 'info',
    target: 'gateway',
    message: 'call',
    request_id: 'req-1',
    endpoint: 'chat_completions',
    status: 200,
    verdict: 'allow',
    latency_ms: 312.346,
    overhead_ms: 0.21,
    first_byte_ms: 300.5,
    upstream: 'primary',
    provider: 'together',
    model: 'meta-llama/Llama-3.3-70B',
    requested_model: 'gpt-4o',
    input_tokens: 120,
    output_tokens: 45,
    request_bytes: 400,
    reply_bytes: 900,
    stream: false,
    policies_applied: ['prompt-injection', 'pii-detector'],
    policy_action: 'allow',
    generation: 3,
  });
});

test('the line of a refused exchange says what was refused and by whom', () => {
  const { log, lines } = logger();
  const evaluations = [
    { policy: 'pii-detector', result: 'rewrite', durationMs: 1 },
    { policy: 'safety-filter', result: 'deny', durationMs: 1 },
    { policy: 'audit-logger', result: 'flag', durationMs: 1 },
  ] as const;

  log.exchange(finished());
  log.exchange(
    finished({
      evaluations,
      verdict: 'deny',
      status: 409,
      code: 'input_blocked',
      target: undefined,
      provider: undefined,
      model: undefined,
      usage: undefined,
      firstByteMs: undefined,
      attempts: [],
      uninspected: ['image'],
      aborted: 'policy',
    }),
  );

  const line = JSON.parse(lines[1] ?? '');
  assert.deepEqual(line.policies_applied, ['pii-detector', 'safety-filter', 'audit-logger']);
  assert.equal(line.policy_action, 'deny');
  assert.equal(line.code, 'input_blocked');
  assert.equal(line.attempts, 0);
  assert.deepEqual(line.uninspected, ['image']);
  assert.equal(line.aborted, 'policy');
  assert.ok(!('upstream' in line) && !('provider' in line) && !('input_tokens' in line));
});

test('a target whose model changed is not written with the old one', () => {
  const { log, lines } = logger();

  log.exchange(finished());
  log.exchange(finished({ model: 'other' }));
  log.exchange(finished({ model: 'other', provider: 'groq' }));

  const said = lines.map((line) => JSON.parse(line));
  assert.deepEqual(
    said.map(({ model, provider }) => [model, provider]),
    [
      ['meta-llama/Llama-3.3-70B', 'together'],
      ['other', 'together'],
      ['other', 'groq'],
    ],
  );
});

test('whatever a client wrote, the line stays one JSON object on one line', () => {
  const { log, lines } = logger();
  const odd = '"},{"\n\u2028\u0000\uD800é\\';

  log.exchange(finished({ requestId: odd, requestedModel: odd.repeat(100), uninspected: [odd] }));

  assert.ok(!lines[0]?.includes('\n'));
  const line = JSON.parse(lines[0] ?? '');
  assert.equal(line.request_id, odd);
  assert.equal(line.requested_model.length, 129);
});

const text: readonly (readonly [string, Partial<FinishedExchange>, string])[] = [
  ['an answer', {}, 'chat_completions 200 312.346 ms from primary 120+45 tokens [req-1]'],
  [
    'a refusal',
    {
      status: 409,
      code: 'input_blocked',
      target: undefined,
      usage: undefined,
      evaluations: [{ policy: 'safety-filter', result: 'deny', durationMs: 1 }],
    },
    'chat_completions 409 312.346 ms input_blocked deny by safety-filter [req-1]',
  ],
  [
    'a stream the client left',
    { stream: true, status: 499, aborted: 'client', usage: undefined },
    'chat_completions 499 312.346 ms from primary streamed cut off: client [req-1]',
  ],
  [
    'an id that would move the cursor',
    { requestId: '\u001B[2J\n\u202Ex', usage: undefined },
    'chat_completions 200 312.346 ms from primary [\\u001b[2J\\u000a\\u202ex]',
  ],
];

for (const [name, about, expected] of text) {
  test(`for a person: ${name}`, () => {
    const { log, lines } = logger('text');

    log.exchange(finished(about));

    assert.deepEqual(lines, [`2026-11-21T07:00:01.042Z info  gateway: ${expected}`]);
  });
}

test('for a person: data and causes follow the message, and control characters are spelled out', () => {
  const { log, lines } = logger('text');
  const cause = Object.assign(new Error('no\u0007 such file'), { code: 'ENOENT' });

  log.warn('config', 'not read', { path: '/a\nb', tries: 2 }, cause);

  assert.deepEqual(lines, [
    '2026-11-21T07:00:01.042Z warn  config: not read: no\\u0007 such file (ENOENT) path=/a\\u000ab tries=2',
  ]);
});

test('on a terminal the line is coloured and tells the time of day', () => {
  const { log, lines } = logger('coloured');

  log.error('config', 'rejected');

  assert.deepEqual(lines, ['\u001B[90m07:00:01.042\u001B[39m \u001B[31merror\u001B[39m config: rejected']);
});

test('the notice says how many lines were dropped', () => {
  assert.equal(JSON.parse(logger().log.notice(7)).dropped, 7);
});
