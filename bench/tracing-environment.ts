/** The share of the calls that is traced. */
export const sampledShare = 0.1;

/** What switches tracing on, in the variables that every OpenTelemetry SDK knows. */
export function tracingTo(sinkPort: number | undefined): Readonly<Record<string, string>> {
  if (sinkPort === undefined) throw new Error('a gateway that traces needs somewhere to send its spans');
  return {
    OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${sinkPort}`,
    OTEL_EXPORTER_OTLP_PROTOCOL: 'http/protobuf',
    OTEL_TRACES_SAMPLER: 'parentbased_traceidratio',
    OTEL_TRACES_SAMPLER_ARG: String(sampledShare),
    OTEL_BSP_SCHEDULE_DELAY: '1000', // a round lasts longer: what it causes is paid within it
    OTEL_METRICS_EXPORTER: 'none',
    OTEL_LOGS_EXPORTER: 'none',
  };
}
