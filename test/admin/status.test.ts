import assert from 'node:assert/strict';
import { test } from 'node:test';
import { degraded, statusDocument, type StatusParts } from '../../src/admin/status.ts';

const at = Date.UTC(2026, 10, 21, 7, 0, 0);

const parts: StatusParts = {
  health: {
    phase: 'serving',
    isDegraded: true,
    refusesAll: false,
    version: '0.1.0',
    uptimeSeconds: 3.9,
    policiesLoaded: 4,
    requestsProcessed: 10,
  },
  config: {
    generation: 3,
    appliedHash: 'aa',
    desiredHash: undefined,
    lastReloadSuccessful: false,
    lastSuccessAt: at,
    desiredSince: undefined,
    isWatchDegraded: false,
    weakened: [],
  },
  issues: [
    { code: 'E004', severity: 'error', path: 'providers', message: 'expected a mapping', line: 3, column: 1 },
  ],
  targets: [
    {
      id: 'primary',
      provider: 'together',
      model: 'llama',
      origin: 'https://api.example',
      available: true,
      pricing: undefined,
      inFlight: 1,
      successes: 7,
      failures: 2,
      lastFailureAt: at,
      misconfigured: undefined,
    },
  ],
  advisers: [
    {
      url: 'http://analyzer:3000/analyze',
      state: 'open',
      inFlight: 1,
      successes: 3,
      failures: 5,
      lastFailureAt: at,
    },
  ],
  bufferedBytes: 77,
  leases: new Map([
    [1, 2],
    [3, 4],
  ]),
  limits: {
    bodyBytes: 1024,
    headerBytes: 2,
    answerBytes: 3,
    jsonDepth: 4,
    jsonNodes: 5,
    holdBackChars: 6,
    sseEventBytes: 7,
    headersMs: 8000,
    receiveMs: 9000,
    keepAliveMs: 500,
    waitingCommentMs: 15_000,
  },
  processLimits: { maxConcurrency: 10, maxBufferedBytes: 11, drainMs: 12_500 },
  listening: { data: [{ host: '127.0.0.1', port: 41002 }], admin: [{ host: '::', port: 41003 }] },
  output: { dropped: 1, heldBytes: 2, failure: undefined },
  areClientTokensStale: false,
  isAuditFailing: false,
  tracing: {
    enabled: true,
    endpoint: 'http://collector:4318',
    protocol: 'http/protobuf',
    sampler: 'always_on',
    exported_spans: 5,
    queued_spans: 7,
    dropped_spans: 6,
    failing: true,
  },
};

test('the document says what runs, what is wanted, and who still holds what', () => {
  assert.deepEqual(statusDocument(parts), {
    version: '0.1.0',
    phase: 'serving',
    uptime_seconds: 3,
    config: {
      generation: 3,
      applied_hash: 'aa',
      desired_hash: null,
      last_reload_successful: false,
      last_success: '2026-11-21T07:00:00.000Z',
      desired_since: null,
      weakened: [],
      issues: [
        {
          code: 'E004',
          severity: 'error',
          path: 'providers',
          message: 'expected a mapping',
          line: 3,
          column: 1,
        },
      ],
    },
    targets: [
      {
        id: 'primary',
        provider: 'together',
        model: 'llama',
        origin: 'https://api.example',
        available: true,
        priced: false,
        in_flight: 1,
        successes: 7,
        failures: 2,
        last_failure: '2026-11-21T07:00:00.000Z',
        target_misconfigured: null,
      },
    ],
    advisers: [
      {
        url: 'http://analyzer:3000/analyze',
        state: 'open',
        in_flight: 1,
        successes: 3,
        failures: 5,
        last_failure: '2026-11-21T07:00:00.000Z',
      },
    ],
    leases: { 1: 2 },
    exchanges_on_current: 4,
    buffered_bytes: 77,
    limits: {
      body_bytes: 1024,
      header_bytes: 2,
      answer_bytes: 3,
      json_depth: 4,
      json_nodes: 5,
      hold_back_chars: 6,
      sse_event_bytes: 7,
      headers_seconds: 8,
      receive_seconds: 9,
      keep_alive_seconds: 0.5,
      waiting_comment_seconds: 15,
      max_concurrency: 10,
      max_buffered_bytes: 11,
      drain_seconds: 12.5,
    },
    listening: { data: ['127.0.0.1:41002'], admin: ['[::]:41003'] },
    output: { dropped_lines: 1, held_bytes: 2 },
    tracing: {
      enabled: true,
      endpoint: 'http://collector:4318',
      protocol: 'http/protobuf',
      sampler: 'always_on',
      exported_spans: 5,
      dropped_spans: 6,
      queued_spans: 7,
      failing: true,
    },
    degraded: ['config_not_applied'],
  });
});

test('what is not named does not get in: no excerpt, no credential', () => {
  const issue = { ...parts.issues[0], excerpt: 'api_key: topsecret' };
  const target = { ...parts.targets[0], credential: { value: 'topsecret' }, headers: ['topsecret'] };

  const document = statusDocument(Object.assign({ ...parts }, { issues: [issue], targets: [target] }));

  assert.doesNotMatch(JSON.stringify(document), /topsecret/);
});

test('every way to be degraded has its word', () => {
  const config = { ...parts.config, lastReloadSuccessful: true };
  const well = { ...parts, config };
  const { output, targets } = parts;
  const misconfigured = targets.map((target) => ({ ...target, misconfigured: 401 }));

  assert.deepEqual(degraded(well), []);
  assert.deepEqual(degraded({ ...parts, config: { ...config, isWatchDegraded: true } }), ['watch']);
  assert.deepEqual(degraded({ ...well, areClientTokensStale: true }), ['client_tokens']);
  assert.deepEqual(degraded({ ...well, isAuditFailing: true }), ['audit']);
  assert.deepEqual(degraded({ ...well, targets: misconfigured }), ['target_misconfigured']);
  assert.deepEqual(degraded({ ...parts, config, output: { ...output, failure: new Error('EPIPE') } }), [
    'output',
  ]);
});
