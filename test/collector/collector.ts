import { spawn } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Cleanup } from '../support/cleanup.ts';
import { temporaryDirectory } from '../support/configmap-volume.ts';
import { freePort } from '../support/free-port.ts';
import { until } from '../support/gateway.ts';

export interface CollectorSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentId: string;
  readonly name: string;
  readonly kind: string;
  readonly traceState: string;
  readonly status: string;
  /** Each as the collector prints it, for instance `Int(200)`. */
  readonly attributes: Readonly<Record<string, string>>;
  readonly events: readonly Readonly<Record<string, string>>[];
}

export interface Collector {
  readonly url: string;
  /** Everything it has printed. */
  output(): string;
  /** So many spans, as soon as it has printed them. */
  received(count: number): Promise<readonly CollectorSpan[]>;
}

/** The OpenTelemetry Collector named by OTELCOL, with its `otlp` receiver and its `debug` exporter. */
export async function startCollector(t: Cleanup): Promise<Collector> {
  const binary = process.env['OTELCOL'];
  if (binary === undefined || !existsSync(binary))
    throw new Error(
      'OTELCOL must be the path of an OpenTelemetry Collector with the otlp receiver and the debug exporter',
    );
  const port = await freePort();
  const config = join(await temporaryDirectory(t), 'collector.yaml');
  // JSON is YAML.
  writeFileSync(
    config,
    JSON.stringify({
      receivers: { otlp: { protocols: { http: { endpoint: `127.0.0.1:${port}` } } } },
      exporters: { debug: { verbosity: 'detailed' } },
      service: {
        telemetry: { metrics: { level: 'none' } },
        pipelines: { traces: { receivers: ['otlp'], exporters: ['debug'] } },
      },
    }),
  );
  const child = spawn(binary, ['--config', `file:${config}`], { stdio: ['ignore', 'pipe', 'pipe'] });
  t.after(() => child.kill('SIGKILL'));
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  await until('the collector', () => (output.includes('Everything is ready') ? true : undefined), 20_000);
  return {
    url: `http://127.0.0.1:${port}`,
    output: () => output,
    received: (count) =>
      until(
        `${count} spans at the collector`,
        () => {
          const spans = readSpans(output);
          return spans.length >= count ? spans : undefined;
        },
        20_000,
      ),
  };
}

/** Reads what the `debug` exporter prints; a batch ends with a line that begins with a tab. */
function readSpans(output: string): readonly CollectorSpan[] {
  const batches = [...output.matchAll(/ResourceSpans #0\n([^]*?)\n\t\{/g)];
  return batches.flatMap(([, batch = '']) =>
    batch
      .split(/^Span #\d+$/m)
      .slice(1)
      .map(readSpan),
  );
}

function readSpan(text: string): CollectorSpan {
  const [head = '', rest = ''] = text.split(/^Attributes:$/m);
  const [own = '', events = ''] = rest.split(/^Events:$/m);
  const field = (name: string): string => new RegExp(`^ {4}${name} *: ?(.*)$`, 'm').exec(head)?.[1] ?? '';
  return {
    traceId: field('Trace ID'),
    spanId: field('ID'),
    parentId: field('Parent ID'),
    name: field('Name'),
    kind: field('Kind'),
    traceState: field('TraceState'),
    status: field('Status code'),
    attributes: readAttributes(own),
    events: events
      .split(/^SpanEvent #\d+$/m)
      .slice(1)
      .map(readAttributes),
  };
}

function readAttributes(text: string): Readonly<Record<string, string>> {
  const pairs = [...text.matchAll(/^ *-> ([\w.]+): (.+)$/gm)];
  return Object.fromEntries(pairs.map(([, name = '', value = '']) => [name, value]));
}
