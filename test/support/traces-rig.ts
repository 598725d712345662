import assert from 'node:assert/strict';
import type { Cleanup } from './cleanup.ts';
import { type ConfigLines, startTestGateway } from './gateway.ts';
import { type OtlpReceiver, type ReceivedSpan, startOtlpReceiver } from './otlp-receiver.ts';
import { type Script, startUpstream } from './upstream.ts';

export const traceId = '0af7651916cd43dd8448eb211c80319c';
export const clientSpan = 'b7ad6b7169203331';
export const traceparent = `00-${traceId}-${clientSpan}-01`;

export interface TracesRig {
  readonly scripts: readonly Script[];
  readonly config?: Partial<ConfigLines>;
  readonly env?: Readonly<Record<string, string>>;
}

/** A gateway that exports what it does to a receiver, over one upstream for each script. */
export async function startTraced(t: Cleanup, { scripts, config = {}, env = {} }: TracesRig) {
  const receiver = await startOtlpReceiver(t);
  const upstreams = await Promise.all(scripts.map((script) => startUpstream(t, script)));
  const targets = upstreams.map(({ url }, at) => ({ url, model: `m${at + 1}`, provider: 'vllm' }));
  const gateway = await startTestGateway(
    t,
    { targets, ...config },
    { env: { ...exporting(receiver), ...env } },
  );
  return { receiver, upstreams, gateway, client: await gateway.client() };
}

export function exporting(receiver: OtlpReceiver): Readonly<Record<string, string>> {
  return {
    OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
    OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
    OTEL_BSP_SCHEDULE_DELAY: '10',
  };
}

/** The one span of the exchange. */
export function server(spans: readonly ReceivedSpan[]): ReceivedSpan {
  const [found, ...more] = spans.filter(({ kind }) => kind === 'server');
  assert.ok(found);
  assert.equal(more.length, 0);
  return found;
}

/** The spans of its attempts, in their order. */
export function clients(spans: readonly ReceivedSpan[]): readonly ReceivedSpan[] {
  return spans.filter(({ kind }) => kind === 'client').toSorted((a, b) => Number(a.start - b.start));
}

/** These attributes. */
export function pick(span: ReceivedSpan | undefined, ...names: readonly string[]): readonly unknown[] {
  return names.map((name) => span?.attributes[name]);
}
