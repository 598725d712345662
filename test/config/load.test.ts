import assert from 'node:assert/strict';
import test from 'node:test';
import { configOf, document, fixture, issuesOf, loadWith } from '../support/config-load.ts';

test('every default is filled in', () => {
  const { chain, targets: _, ...config } = configOf(document());

  assert.deepEqual(config, {
    pack: { name: 'demo', version: '1.0.0', enabled: true },
    strategy: 'single',
    limits: {
      bodyBytes: 10_485_760,
      headerBytes: 32_768,
      answerBytes: 33_554_432,
      jsonDepth: 128,
      jsonNodes: 250_000,
      holdBackChars: 512,
      sseEventBytes: 16_777_216,
      headersMs: 15_000,
      receiveMs: 60_000,
      keepAliveMs: 120_000,
      waitingCommentMs: 15_000,
    },
    cors: { allowOrigins: [], maxAgeSeconds: 86_400 },
    unknownFields: 'judge',
    uninspected: 'allow',
    denialStatus: 409,
    deadlineMs: undefined,
    commitAfterMs: 15_000,
    exportsCallbackMetrics: false,
  });
  assert.deepEqual(chain, [
    {
      kind: 'audit-logger',
      settings: { immutable: true, retention_days: 365, log_all_access: true },
      common: {
        enforcement: 'enforce',
        onError: 'block',
        appliesTo: {
          roles: ['system', 'developer', 'user', 'assistant', 'tool', 'definition', 'other'],
          directions: ['request', 'answer'],
        },
        streamingMode: 'realtime',
      },
    },
  ]);
});

test('every setting of a target arrives', () => {
  const [target] = configOf(
    document(`      base_url: https://models.example.com/inference/v1/
      secret_key_ref: {store: key}
      api_key_header: X-Api-Key
      api_key_prefix: ''
      headers: {X-Title: Ours, X-Org: {env: ORG}, X-Part: {secret_key_ref: {store: part}}}
      forward_headers: [X-Tenant]
      forward_query: [version]
      timeout_seconds: 10
      stream_timeout_seconds: 300
      connect_timeout_seconds: 2
      first_byte_timeout_seconds: 9
      idle_timeout_seconds: 30
      description: Ours
      quantizations: fp8
      usage_in_stream: false
`),
  ).targets;

  assert.deepEqual(target, {
    id: 'one',
    provider: 'together',
    kind: undefined,
    model: 'some/model',
    baseUrl: 'https://models.example.com/inference/v1',
    origin: 'https://models.example.com',
    basePath: '/inference/v1',
    simulated: false,
    available: true,
    credential: { header: 'x-api-key', prefix: '', value: 'a-key', source: 'store key' },
    headers: [
      { name: 'x-title', value: 'Ours', isSecret: false, source: undefined },
      { name: 'x-org', value: 'a-key', isSecret: true, source: 'env ORG' },
      { name: 'x-part', value: 'a-key', isSecret: true, source: 'store part' },
    ],
    forwardHeaders: ['x-tenant'],
    forwardQuery: ['version'],
    timeoutMs: 10_000,
    streamTimeoutMs: 300_000,
    connectTimeoutMs: 2_000,
    firstByteTimeoutMs: 9_000,
    idleTimeoutMs: 30_000,
    usageInStream: false,
    pricing: undefined,
  });
});

test('prices are whole nano-dollars for a million tokens, and the callback is asked for by its type', () => {
  const config = configOf(
    document(
      '      pricing: {prompt: 0.18, completion: 0.6000000001}\n',
      'callbacks: [{type: prometheus}]\n',
    ),
  );

  assert.deepEqual(config.targets[0]?.pricing, { promptNanos: 180_000_000, completionNanos: 600_000_000 });
  assert.equal(config.exportsCallbackMetrics, true);
});

test('the other settings of the document arrive', () => {
  const config = configOf(
    document(
      '  deadline_seconds: 90\n  commit_after_seconds: 5\n',
      `limits: {body_bytes: 2048, hold_back_chars: 256, keep_alive_seconds: 7}
unknown_fields: pass
uninspected: block
denial_status: 403
`,
    ),
  );

  assert.equal(config.deadlineMs, 90_000);
  assert.equal(config.commitAfterMs, 5_000);
  assert.deepEqual(
    [config.limits.bodyBytes, config.limits.holdBackChars, config.limits.keepAliveMs],
    [2048, 256, 7000],
  );
  assert.deepEqual([config.unknownFields, config.uninspected, config.denialStatus], ['pass', 'block', 403]);
});

test('the common keys of a policy arrive and do not reach its own settings', () => {
  const [entry] = configOf(
    document().replace(
      'audit-logger: {}',
      'audit-logger: {enforcement: shadow, on_error: block, applies_to: {roles: [user, user], directions: [answer]}}',
    ),
    { options: { failMode: 'allow' } },
  ).chain;

  assert.deepEqual(entry?.common, {
    enforcement: 'shadow',
    onError: 'block',
    appliesTo: { roles: ['user'], directions: ['answer'] },
    streamingMode: 'realtime',
  });
  assert.deepEqual(entry?.settings, { immutable: true, retention_days: 365, log_all_access: true });
});

test('the fail mode is the default of on_error', () => {
  const [entry] = configOf(document(), { options: { failMode: 'allow' } }).chain;

  assert.equal(entry?.common.onError, 'allow');
});

for (const [where, name, strategy] of [
  ['strategy', 'ordered', 'fallback'],
  ['strategy', 'priority', 'fallback'],
  ['strategy', 'single', 'single'],
  ['routing', 'ordered', 'fallback'],
] as const) {
  test(`providers.${where} "${name}" means ${strategy}`, () => {
    const line = where === 'routing' ? `  routing: {strategy: ${name}}\n` : `  strategy: ${name}\n`;

    assert.equal(configOf(document(line)).strategy, strategy);
  });
}

test('a disabled pack loads and says so', () => {
  const config = configOf(document().replace('version: 1.0.0', 'version: 1.0.0\n  enabled: false'));

  assert.equal(config.pack.enabled, false);
});

test('empty policy settings are no settings', () => {
  const config = configOf(document().replace('audit-logger: {}', 'audit-logger:'));

  assert.equal(config.chain.length, 1);
});

test('the chain keeps its own order, not that of the settings', () => {
  const config = configOf(
    document().replace('[audit-logger]', '[pii-detector, audit-logger, safety-filter]'),
  );

  assert.deepEqual(
    config.chain.map(({ kind }) => kind),
    ['pii-detector', 'audit-logger', 'safety-filter'],
  );
});

test('settings of a kind outside the chain are checked all the same', () => {
  const issues = issuesOf(
    document().replace('audit-logger: {}', 'audit-logger: {}\n  pii-detector: {action: x}'),
  );

  assert.deepEqual(
    issues.map(({ code, path }) => [code, path]),
    [
      ['W107', 'policy.pii-detector'],
      ['E004', 'policy.pii-detector.action'],
    ],
  );
});

test('an alias is the value it names', () => {
  const text = document('      timeout_seconds: &limit 7\n      stream_timeout_seconds: *limit\n');

  assert.equal(configOf(text).targets[0]?.streamTimeoutMs, 7000);
});

test('a wrong value behind an alias is shown where the alias stands', () => {
  const issues = issuesOf(document('      description: &word hello\n      timeout_seconds: *word\n'));

  assert.deepEqual(
    issues.map(({ path, line, column }) => [path, line, column]),
    [['providers.targets[0].timeout_seconds', 14, 24]],
  );
});

test('a wrong value inside an aliased mapping is shown where it is written', () => {
  const issues = issuesOf(
    document(`      secret_key_ref: &key {env: 5}
    - id: two
      provider: together
      model: some/model
      secret_key_ref: *key
`),
  );

  assert.deepEqual(
    issues.map(({ path, line, column }) => [path, line, column]),
    [
      ['providers.targets[0].secret_key_ref.env', 13, 34],
      ['providers.targets[1].secret_key_ref.env', 13, 34],
    ],
  );
});

test('a configuration is frozen through and through', () => {
  const config = configOf(fixture('together-gateway'));

  const pending: unknown[] = [config];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (typeof next !== 'object' || next === null) continue;
    assert.ok(Object.isFrozen(next));
    pending.push(...Object.values(next).filter((inner) => inner !== undefined));
  }
});

test('a model keeps the colons after the second', () => {
  const text = document().replace('provider: together', 'provider: ollama:embedding:nomic-embed:v1.5');

  const [target] = configOf(text.replace('      model: some/model\n', '')).targets;

  assert.deepEqual([target?.kind, target?.model], ['embedding', 'nomic-embed:v1.5']);
});

test('issues of every part are given at once', () => {
  const text = document('      timeout_seconds: x\n', 'limits: {json_depth: 1}\n')
    .replace('[audit-logger]', '[audit-loger]')
    .replace('audit-logger: {}', 'audit-logger: {retention_days: 0}')
    .replace('provider: together', 'provider: nowhere')
    .replace('1.0.0', 'latest');

  const issues = issuesOf(text);

  assert.deepEqual(
    issues.map(({ code, path }) => [code, path]),
    [
      ['E004', 'pack.version'],
      ['E001', 'policies.chain[0]'],
      ['E004', 'policy.audit-logger.retention_days'],
      ['E020', 'providers.targets[0].provider'],
      ['E004', 'providers.targets[0].timeout_seconds'],
      ['E004', 'limits.json_depth'],
    ],
  );
});

test('what follows from a reported issue is not reported again', () => {
  const text = document('      base_url: 5\n').replace('provider: together', 'provider: vllm');

  assert.deepEqual(
    issuesOf(text).map(({ path }) => path),
    ['providers.targets[0].base_url'],
  );
});

test('bytes and text load alike', () => {
  const text = fixture('together-gateway');

  assert.deepEqual(loadWith(new TextEncoder().encode(text)), loadWith(text));
});
