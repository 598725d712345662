import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readTraceSettings, type TraceSettings } from '../../src/telemetry/trace-settings.ts';

type Env = Readonly<Record<string, string>>;

const endpoint = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318' };

function settingsOf(env: Env): TraceSettings {
  const { settings } = readTraceSettings({ ...endpoint, ...env });
  assert.ok(settings);
  return settings;
}

const off: Readonly<Record<string, Env>> = {
  'nothing is said': {},
  'the endpoint is empty': { OTEL_EXPORTER_OTLP_ENDPOINT: ' ' },
  'the SDK is disabled': { ...endpoint, OTEL_SDK_DISABLED: 'TRUE' },
  'the exporter is none': { ...endpoint, OTEL_TRACES_EXPORTER: 'none' },
};
for (const [when, env] of Object.entries(off)) {
  test(`tracing is off without a word where ${when}`, () => {
    assert.deepEqual(readTraceSettings(env), { settings: undefined, warnings: [] });
  });
}

const refused: Readonly<Record<string, readonly [Env, RegExp]>> = {
  'the endpoint is no URL': [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'collector' }, /OTLP_ENDPOINT: expected an http/],
  'the endpoint is no http URL': [{ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'ftp://x/' }, /TRACES_ENDPOINT/],
  'the protocol is grpc': [
    { ...endpoint, OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' },
    /grpc is not supported.*off/,
  ],
  'the exporter is another': [{ ...endpoint, OTEL_TRACES_EXPORTER: 'zipkin' }, /only otlp and none.*off/],
};
for (const [when, [env, warning]] of Object.entries(refused)) {
  test(`tracing is off with a warning where ${when}`, () => {
    const { settings, warnings } = readTraceSettings(env);

    assert.equal(settings, undefined);
    assert.equal(warnings.length, 1);
    assert.match(warnings[0] ?? '', warning);
  });
}

const urls: readonly (readonly [Env, string])[] = [
  [{}, 'http://collector:4318/v1/traces'],
  [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'https://c/otlp/' }, 'https://c/otlp/v1/traces'],
  [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'https://c/otlp?k=1' }, 'https://c/otlp/v1/traces?k=1'],
  [{ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'https://t/spans' }, 'https://t/spans'],
  [{ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'https://t' }, 'https://t/'],
];
for (const [env, url] of urls) {
  test(`spans go to ${url}`, () => {
    assert.equal(settingsOf(env).url.href, url);
  });
}

test('what is not said has the default of the standard', () => {
  const { url: _url, sampler: _sampler, ...rest } = settingsOf({});

  assert.deepEqual(rest, {
    protocol: 'http/protobuf',
    samplerName: 'parentbased_always_on',
    headers: {},
    compression: 'none',
    timeoutMs: 10_000,
    certificates: { ca: undefined, cert: undefined, key: undefined },
    queueSpans: 2048,
    batchSpans: 512,
    delayMs: 5000,
    spanEvents: 128,
    valueChars: 4096,
    resource: { 'service.name': 'kt-sidecar' },
  });
});

test('what is said for traces counts before what is said for all signals', () => {
  const settings = settingsOf({
    OTEL_EXPORTER_OTLP_TIMEOUT: '1',
    OTEL_EXPORTER_OTLP_TRACES_TIMEOUT: '2',
    OTEL_EXPORTER_OTLP_COMPRESSION: 'none',
    OTEL_EXPORTER_OTLP_TRACES_COMPRESSION: 'gzip',
    OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc',
    OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: 'http/json',
    OTEL_EXPORTER_OTLP_CERTIFICATE: '/all.pem',
    OTEL_EXPORTER_OTLP_TRACES_CERTIFICATE: '/traces.pem',
  });

  assert.equal(settings.timeoutMs, 2);
  assert.equal(settings.compression, 'gzip');
  assert.equal(settings.protocol, 'http/json');
  assert.equal(settings.certificates.ca, '/traces.pem');
});

test('a batch is never larger than the queue', () => {
  const settings = settingsOf({ OTEL_BSP_MAX_QUEUE_SIZE: '10', OTEL_BSP_SCHEDULE_DELAY: '0' });

  assert.equal(settings.batchSpans, 10);
  assert.equal(settings.delayMs, 0);
});

const mended: Readonly<Record<string, readonly [Env, RegExp]>> = {
  'a sampler of no such name': [{ OTEL_TRACES_SAMPLER: 'xray' }, /SAMPLER: no sampler/],
  'a ratio above one': [{ OTEL_TRACES_SAMPLER_ARG: '1.5' }, /SAMPLER_ARG: expected/],
  'a ratio that is no number': [{ OTEL_TRACES_SAMPLER_ARG: 'x' }, /SAMPLER_ARG: expected/],
  'a queue of nothing': [{ OTEL_BSP_MAX_QUEUE_SIZE: '0' }, /QUEUE_SIZE: expected/],
  'a negative delay': [{ OTEL_BSP_SCHEDULE_DELAY: '-1' }, /DELAY: expected/],
  'another compression': [{ OTEL_EXPORTER_OTLP_COMPRESSION: 'br' }, /COMPRESSION: expected/],
  'another protocol': [{ OTEL_EXPORTER_OTLP_PROTOCOL: 'http/xml' }, /PROTOCOL: expected/],
  'text of prompts': [{ OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT: 'true' }, /not supported/],
};
for (const [what, [env, warning]] of Object.entries(mended)) {
  test(`tracing goes on with a warning where it is asked for ${what}`, () => {
    const { settings, warnings } = readTraceSettings({ ...endpoint, ...env });

    assert.ok(settings);
    assert.equal(warnings.length, 1);
    assert.match(warnings[0] ?? '', warning);
  });
}

const resources: readonly (readonly [Env, Readonly<Record<string, string>>])[] = [
  [{ OTEL_RESOURCE_ATTRIBUTES: 'a=1, b = x%20y ,' }, { a: '1', b: 'x y', 'service.name': 'kt-sidecar' }],
  [
    { OTEL_RESOURCE_ATTRIBUTES: 'k8s.pod.name=p%2C%3D' },
    { 'k8s.pod.name': 'p,=', 'service.name': 'kt-sidecar' },
  ],
  [{ OTEL_RESOURCE_ATTRIBUTES: 'service.name=one' }, { 'service.name': 'one' }],
  [{ OTEL_RESOURCE_ATTRIBUTES: 'service.name=one', OTEL_SERVICE_NAME: 'two' }, { 'service.name': 'two' }],
  [{ OTEL_RESOURCE_ATTRIBUTES: 'a=' }, { a: '', 'service.name': 'kt-sidecar' }],
];
for (const [env, resource] of resources) {
  test(`the resource of ${JSON.stringify(env)}`, () => {
    assert.deepEqual(settingsOf(env).resource, resource);
  });
}

for (const bad of ['a', 'a=1,b', '=1', 'a=1=2', 'a=%GG', 'a=1,b=%']) {
  test(`resource attributes with a mistake in them are left out as a whole: ${bad}`, () => {
    const { settings, warnings } = readTraceSettings({ ...endpoint, OTEL_RESOURCE_ATTRIBUTES: bad });

    assert.deepEqual(settings?.resource, { 'service.name': 'kt-sidecar' });
    assert.match(warnings.join(), /^OTEL_RESOURCE_ATTRIBUTES: expected/);
  });
}

test('headers are those for all signals, then those for traces', () => {
  const settings = settingsOf({
    OTEL_EXPORTER_OTLP_HEADERS: 'X-Key=all, authorization=Basic%20YWI6Yw==',
    OTEL_EXPORTER_OTLP_TRACES_HEADERS: 'x-key=traces',
  });

  assert.deepEqual(settings.headers, { 'x-key': 'traces', authorization: 'Basic YWI6Yw==' });
});

test('a header that cannot be sent is left out, and nothing of it is said', () => {
  const { settings, warnings } = readTraceSettings({
    ...endpoint,
    OTEL_EXPORTER_OTLP_HEADERS: 'good=1,bad name=topsecret,bad=top%0Asecret,topsecret,content-type=x,bad=%GG',
  });

  assert.deepEqual(settings?.headers, { good: '1' });
  assert.deepEqual(warnings, [
    'OTEL_EXPORTER_OTLP_HEADERS: 5 of its headers cannot be sent and are left out',
  ]);
});
