import { readHeaders } from './otlp-headers.ts';
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

export interface TraceSettingsReading {
  /** Undefined: tracing is off. */
  readonly settings: TraceSettings | undefined;
  readonly warnings: readonly string[];
}

const defaultSampler = 'parentbased_always_on';
const followParent: Sampler = (_traceId, parent) => parent ?? true;
const defaultValueChars = 4096;

/** Reads the standard variables. Nothing in them keeps the gateway from starting: what cannot be used is a warning. */
export function readTraceSettings(
  variables: Readonly<Record<string, string | undefined>>,
): TraceSettingsReading {
  const env = new OtelEnv(variables);
  const url = isWanted(env) ? readUrl(env) : undefined;
  const protocol = url === undefined ? undefined : readProtocol(env);
  if (url === undefined || protocol === undefined) return { settings: undefined, warnings: env.warnings };
  if (env.isTrue('OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT'))
    env.warnings.push(
      'OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT: not supported; spans hold no text of prompts or answers',
    );
  return {
    settings: { url, protocol, ...readSampling(env), ...readExport(env), resource: readResource(env) },
    warnings: env.warnings,
  };
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
  const own = env.text('OTEL_EXPORTER_OTLP_TRACES_ENDPOINT');
  const base = env.text('OTEL_EXPORTER_OTLP_ENDPOINT');
  if (own !== undefined) return parseUrl(env, 'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT', own);
  if (base === undefined) return undefined;
  const url = parseUrl(env, 'OTEL_EXPORTER_OTLP_ENDPOINT', base);
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
  const protocol = env.first('OTEL_EXPORTER_OTLP_TRACES_PROTOCOL', 'OTEL_EXPORTER_OTLP_PROTOCOL');
  switch (protocol) {
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

type Export = Pick<
  TraceSettings,
  | 'headers'
  | 'compression'
  | 'timeoutMs'
  | 'certificates'
  | 'queueSpans'
  | 'batchSpans'
  | 'delayMs'
  | 'spanEvents'
  | 'valueChars'
>;

function readExport(env: OtelEnv): Export {
  const queueSpans = env.count('OTEL_BSP_MAX_QUEUE_SIZE', 2048, 1);
  const timeout = 'OTEL_EXPORTER_OTLP_TIMEOUT';
  const ownTimeout = 'OTEL_EXPORTER_OTLP_TRACES_TIMEOUT';
  return {
    headers: readHeaders(env),
    compression: readCompression(env),
    timeoutMs: env.count(env.text(ownTimeout) === undefined ? timeout : ownTimeout, 10_000, 1),
    certificates: {
      ca: env.first('OTEL_EXPORTER_OTLP_TRACES_CERTIFICATE', 'OTEL_EXPORTER_OTLP_CERTIFICATE'),
      cert: env.first(
        'OTEL_EXPORTER_OTLP_TRACES_CLIENT_CERTIFICATE',
        'OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE',
      ),
      key: env.first('OTEL_EXPORTER_OTLP_TRACES_CLIENT_KEY', 'OTEL_EXPORTER_OTLP_CLIENT_KEY'),
    },
    queueSpans,
    batchSpans: Math.min(queueSpans, env.count('OTEL_BSP_MAX_EXPORT_BATCH_SIZE', 512, 1)),
    delayMs: env.count('OTEL_BSP_SCHEDULE_DELAY', 5000),
    spanEvents: env.count('OTEL_SPAN_EVENT_COUNT_LIMIT', 128),
    valueChars: env.count(
      env.text('OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT') === undefined
        ? 'OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT'
        : 'OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT',
      defaultValueChars,
    ),
  };
}

function readCompression(env: OtelEnv): TraceSettings['compression'] {
  const name = env.first('OTEL_EXPORTER_OTLP_TRACES_COMPRESSION', 'OTEL_EXPORTER_OTLP_COMPRESSION');
  if (name === 'gzip') return 'gzip';
  if (name !== undefined && name !== 'none')
    env.warnings.push('OTEL_EXPORTER_OTLP_COMPRESSION: expected gzip or none; none is used');
  return 'none';
}

function readResource(env: OtelEnv): Readonly<Record<string, string>> {
  const pairs = readPairs(env.text('OTEL_RESOURCE_ATTRIBUTES') ?? '');
  if (pairs === undefined)
    env.warnings.push(
      'OTEL_RESOURCE_ATTRIBUTES: expected key=value pairs between commas, percent-encoded; none of it is used',
    );
  const attributes = Object.fromEntries(pairs ?? []);
  const name = env.text('OTEL_SERVICE_NAME') ?? attributes['service.name'] ?? 'kt-sidecar';
  return { ...attributes, 'service.name': name };
}
