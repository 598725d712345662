import { Counter, Gauge, Histogram, Registry } from 'prom-client';

export type ControllerMetrics = ReturnType<typeof controllerMetrics>;

/** What the controller counts, in a registry of its own. */
export function controllerMetrics() {
  const registry = new Registry();
  const registers = [registry];
  const prefix = 'kt_controller';
  return {
    registry,
    admissions: new Counter({
      name: `${prefix}_admissions_total`,
      help: 'Objects judged by a webhook.',
      labelNames: ['webhook', 'result', 'reason'],
      registers,
    }),
    admissionSeconds: new Histogram({
      name: `${prefix}_admission_duration_seconds`,
      help: 'How long an object took to be judged.',
      labelNames: ['webhook'],
      buckets: [0.001, 0.0025, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 3],
      registers,
    }),
    certificateExpiry: new Gauge({
      name: `${prefix}_certificate_expiry_timestamp_seconds`,
      help: 'When the certificate of the webhooks expires; 0 while there is none.',
      registers,
    }),
    certificateFailures: new Counter({
      name: `${prefix}_certificate_failures_total`,
      help: 'Times that the certificate could not be looked after.',
      registers,
    }),
    watchAge: new Gauge({
      name: `${prefix}_watch_age_seconds`,
      help: 'Time since the API server last said something of a kind of object.',
      labelNames: ['resource'],
      registers,
    }),
    nudges: new Counter({
      name: `${prefix}_nudges_total`,
      help: 'Pods touched so that the kubelet looks at their volumes.',
      labelNames: ['result'],
      registers,
    }),
    nudgePending: new Gauge({
      name: `${prefix}_nudge_pending`,
      help: 'Pods that are to be touched.',
      registers,
    }),
    events: new Counter({
      name: `${prefix}_events_total`,
      help: 'Events, by what became of them.',
      labelNames: ['result'],
      registers,
    }),
    missingSecrets: new Gauge({
      name: `${prefix}_missing_secrets`,
      help: 'Secrets that pods need: 1 for one that is not there.',
      labelNames: ['namespace', 'name'],
      registers,
    }),
    missingSidecars: new Gauge({
      name: `${prefix}_missing_sidecars`,
      help: 'Pods that ask for the sidecar and have none, by why.',
      labelNames: ['reason'],
      registers,
    }),
    isLeader: new Gauge({
      name: `${prefix}_leader`,
      help: '1 in the replica that nudges and checks.',
      registers,
    }),
  } as const;
}
