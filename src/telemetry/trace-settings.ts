import { OtelEnv, readPairs } from './otel-env.ts';
import { createSampler, type Sampler } from './trace-sampler.ts';

/** Where spans go, how many, and what they say of this process. Headers hold secrets: they are for the exporter alone. */
export interface TraceSettings {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly protocol: 'http/protobuf' | 'http/json';
  readonly compression: 'gzip' | 'none';
  readonly timeoutMs: number;
  /** Files in PEM: who is trusted, and who we are. */
  readonly certificates: Readonly<Record<'ca' | 'cert' | 'key', string | undefined>>;
  readonly sampler: Sampler;
  readonly samplerName: string;
  readonly queueSpans: number;
  readonly batchSpans: number;
  readonly delayMs: number;
  readonly spanEvents: number;
  readonly valueChars: number;
  /** Attributes of the resource, `service.name` among them. */
  readonly resource: Readonly<Record<string, string>>;
}

export interface FoundTraceSettings {
  /** Undefined: tracing is off. */
  readonly settings: TraceSettings | undefined;
  readonly warnings: readonly string[];
}

const defaultSampler = 'parentbased_always_on';
const followParent: Sampler = (_traceId, parent) => parent ?? true;
const defaultValueChars = 4096;

/** A variable of exporters in general, behind the one for traces alone. */
function ofExporter(name: string): readonly [string, string] {
  return [`OTEL_EXPORTER_OTLP_TRACES_${name}`, `OTEL_EXPORTER_OTLP_${name}`];
}

/** Reads the standard variables. Nothing in them keeps the gateway from starting: what cannot be used is a warning. */
export function readTraceSettings(
  variables: Readonly<Record<string, string | undefined>>,
): FoundTraceSettings {
  const env = new OtelEnv(variables);
  const url = isWanted(env) ? readUrl(env) : undefined;
  const protocol = url === undefined ? undefined : readProtocol(env);
  if (url === undefined || protocol === undefined) return { settings: undefined, warnings: env.warnings };
  if (env.isTrue('OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT'))
    env.warnings.push(
      'OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT: not supported; spans hold no text of prompts or answers',
    );
  const queueSpans = env.count(['OTEL_BSP_MAX_QUEUE_SIZE'], 2048, 1);
  const settings: TraceSettings = {
    url,
    protocol,
    ...readSampling(env),
    headers: readHeaders(env),
    compression: readCompression(env),
    timeoutMs: env.count(ofExporter('TIMEOUT'), 10_000, 1),
    certificates: {
      ca: env.text(...ofExporter('CERTIFICATE')),
      cert: env.text(...ofExporter('CLIENT_CERTIFICATE')),
      key: env.text(...ofExporter('CLIENT_KEY')),
    },
    queueSpans,
    batchSpans: Math.min(queueSpans, env.count(['OTEL_BSP_MAX_EXPORT_BATCH_SIZE'], 512, 1)),
    delayMs: env.count(['OTEL_BSP_SCHEDULE_DELAY'], 5000),
    spanEvents: env.count(['OTEL_SPAN_EVENT_COUNT_LIMIT'], 128),
    valueChars: env.count(
      ['OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT', 'OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT'],
      defaultValueChars,
    ),
    resource: readResource(env),
  };
  return { settings, warnings: env.warnings };
}

function isWanted(env: OtelEnv): boolean {
  if (env.isTrue('OTEL_SDK_DISABLED')) return false;
  const names = (env.text('OTEL_TRACES_EXPORTER') ?? 'otlp').split(',');
  const exporters = new Set(names.map((name) => name.trim()));
  if (exporters.has('otlp')) return true;
  if (!exporters.has('none'))
    env.warnings.push('OTEL_TRACES_EXPORTER: only otlp and none are supported; tracing is off');
  return false;
}

function readUrl(env: OtelEnv): URL | undefined {
  const [own, general] = ofExporter('ENDPOINT');
  const ownText = env.text(own);
  const base = env.text(general);
  if (ownText !== undefined) return parseUrl(env, own, ownText);
  if (base === undefined) return undefined;
  const url = parseUrl(env, general, base);
  if (url !== undefined) url.pathname = `${url.pathname.replace(/\/$/, '')}/v1/traces`;
  return url;
}

function parseUrl(env: OtelEnv, name: string, text: string): URL | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol === 'http:' || url?.protocol === 'https:') return url;
  env.warnings.push(`${name}: expected an http or https URL; tracing is off`);
  return undefined;
}

function readProtocol(env: OtelEnv): TraceSettings['protocol'] | undefined {
  switch (env.text(...ofExporter('PROTOCOL'))) {
    case undefined:
    case 'http/protobuf':
      return 'http/protobuf';
    case 'http/json':
      return 'http/json';
    case 'grpc':
      // Its port speaks nothing else, so sending there in another way would only fail later.
      env.warnings.push(
        'OTEL_EXPORTER_OTLP_PROTOCOL: grpc is not supported, use http/protobuf (port 4318 of a collector); tracing is off',
      );
      return undefined;
    default:
      env.warnings.push(
        'OTEL_EXPORTER_OTLP_PROTOCOL: expected http/protobuf or http/json; http/protobuf is used',
      );
      return 'http/protobuf';
  }
}

function readSampling(env: OtelEnv): Pick<TraceSettings, 'sampler' | 'samplerName'> {
  const ratio = env.ratio('OTEL_TRACES_SAMPLER_ARG', 1);
  const asked = env.text('OTEL_TRACES_SAMPLER') ?? defaultSampler;
  const sampler = createSampler(asked, ratio);
  if (sampler !== undefined) return { sampler, samplerName: asked };
  env.warnings.push(`OTEL_TRACES_SAMPLER: no sampler of that name; ${defaultSampler} is used`);
  return { sampler: followParent, samplerName: defaultSampler };
}

const namePattern = /^[!#$%&'*+.^_`|~\dA-Za-z-]+$/;
const valuePattern = /^[\t\u0020-\u007E\u0080-\u00FF]*$/;
// What says how the body is to be read is not for the environment to decide.
const ours = new Set(['content-type', 'content-length', 'content-encoding', 'host', 'transfer-encoding']);

/**
 * The headers of an export: those for all signals, then those for traces. They are credentials, as a rule: what is wrong
 * with one is said without quoting any of it, and takes no other with it.
 */
function readHeaders(env: OtelEnv): Readonly<Record<string, string>> {
  const headers: Record<string, string> = {};
  for (const variable of ofExporter('HEADERS').toReversed()) {
    const pairs = readPairs(env.text(variable) ?? '');
    const good = pairs
      .filter((pair) => pair !== undefined)
      .map(([name, value]) => [name.toLowerCase(), value] as const)
      .filter(([name, value]) => namePattern.test(name) && valuePattern.test(value) && !ours.has(name));
    Object.assign(headers, Object.fromEntries(good));
    const bad = pairs.length - good.length;
    if (bad > 0) env.warnings.push(`${variable}: ${bad} of its headers cannot be sent and are left out`);
  }
  return headers;
}

function readCompression(env: OtelEnv): TraceSettings['compression'] {
  const name = env.text(...ofExporter('COMPRESSION'));
  if (name === 'gzip') return 'gzip';
  if (name !== undefined && name !== 'none')
    env.warnings.push('OTEL_EXPORTER_OTLP_COMPRESSION: expected gzip or none; none is used');
  return 'none';
}

function readResource(env: OtelEnv): Readonly<Record<string, string>> {
  const text = env.text('OTEL_RESOURCE_ATTRIBUTES') ?? '';
  const found = readPairs(text);
  const pairs = found.filter((pair) => pair !== undefined);
  // All of them or none: half would mislead. An equals sign in a value is written as %3D here.
  const isGood = pairs.length === found.length && !/=[^,]*=/.test(text);
  if (!isGood)
    env.warnings.push(
      'OTEL_RESOURCE_ATTRIBUTES: expected key=value pairs between commas, percent-encoded; none of it is used',
    );
  const attributes: Readonly<Record<string, string>> = isGood ? Object.fromEntries(pairs) : {};
  const name = env.text('OTEL_SERVICE_NAME') ?? attributes['service.name'] ?? 'kt-sidecar';
  return { ...attributes, 'service.name': name };
}
